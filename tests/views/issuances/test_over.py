"""The page of a badge of which nothing is to come any more, or nobody's name is kept."""

import pytest
from django.test import Client
from django.utils import timezone

from issuing.models import Issuance, Learner
from tests.factories import make_badge, make_issuance
from tests.views.pages import words


@pytest.mark.parametrize(
    ("status", "got", "consent"),
    [
        ("queued", "What Navigatr gets", "Looked up at the moment it is sent"),
        ("issued", "What Navigatr got", "Which answer allowed it is not on file."),
        ("cancelled", "What Navigatr would have got", "Not looked up: it was stopped before it was sent."),
    ],
)
def test_page_promises_nothing_of_what_is_over(browser: Client, db: None, status: str, got: str, consent: str) -> None:
    more = {"issued": {"issued_at": timezone.now()}, "cancelled": {"reason": "no_consent"}}
    issuance = make_issuance(make_badge(), status=status, **more.get(status, {}))
    page = browser.get(f"/issuances/{issuance.uuid}/")
    assert (f'<h2 id="what">{got}</h2>' in page.text, f"Consent {consent}" in words(page.text)) == (True, True)
    assert "no longer kept here" not in page.text
    Learner.objects.update(erased_at=timezone.now())
    Issuance.objects.update(email="")
    gone = browser.get(f"/issuances/{issuance.uuid}/").text
    assert "Names, address and evidence are no longer kept here." in gone
    assert ("Sent to: an address that we no longer keep," in gone) == (status == "issued")
