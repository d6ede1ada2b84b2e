"""The content security policy."""

from django.http import HttpResponse
from django.test import RequestFactory
from pytest_django import Settings

from issuing.middleware import HEADER, ContentSecurityPolicyMiddleware, policy


def test_policy_joins_directives_and_their_sources() -> None:
    assert (
        policy({"default-src": ["'self'"], "img-src": ["'self'", "data:"]})
        == "default-src 'self'; img-src 'self' data:"
    )


def test_middleware_adds_the_policy_of_the_settings(settings: Settings) -> None:
    settings.SECURE_CSP = {"default-src": ["'none'"]}
    answer = ContentSecurityPolicyMiddleware(lambda _: HttpResponse())(RequestFactory().get("/"))
    assert answer.headers[HEADER] == "default-src 'none'"


def test_middleware_leaves_a_header_that_is_there() -> None:
    stricter = HttpResponse(headers={HEADER: "sandbox"})
    answer = ContentSecurityPolicyMiddleware(lambda _: stricter)(RequestFactory().get("/"))
    assert answer.headers[HEADER] == "sandbox"
