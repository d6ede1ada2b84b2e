"""Everything under /v1: the endpoints, the limit and the outages."""

from dataclasses import replace

from issuing.practice import access, reading, writing
from issuing.practice.faults import FAULTS, Tag
from issuing.practice.messages import Refusal, Reply, Request, error_reply
from issuing.practice.routing import ApiEndpoint, Call, Routes
from issuing.practice.state import Admission, Practice

PREFIX = "/v1"
TOO_MANY = "Too many requests"

ENDPOINTS: Routes[ApiEndpoint] = Routes(
    {
        ("GET", "/user_detail/{user_id}"): reading.user_detail,
        ("GET", "/user_detail/{user_id}/providers"): reading.user_providers,
        ("GET", "/provider/{provider_id}"): reading.provider,
        ("GET", "/badge/"): reading.badges,
        ("GET", "/badge/{badge_id}"): reading.badge,
        ("PUT", "/badge/{badge_id}/issue"): writing.issue,
        ("GET", "/badge/{badge_id}/assertions"): reading.badge_assertions,
        ("GET", "/badge_assertion/"): reading.assertions,
        ("GET", "/badge_assertion/{assertion_id}"): reading.assertion,
        ("PUT", "/badge_assertion/{assertion_id}/revoke"): writing.revoke,
        ("GET", "/badge_assertion/{assertion_id}/verify"): writing.verify,
    }
)


def is_api(path: str) -> bool:
    """Say whether a path is part of the API, known or not."""
    return path == PREFIX or path.startswith(f"{PREFIX}/")


def answer(practice: Practice, admission: Admission, request: Request) -> Reply:
    """Answer one admitted or refused call and record what it will see; effects are committed on return."""
    if admission.within_limit:
        reply = _with_outage(practice, request)
    else:
        reply = error_reply(429, TOO_MANY)
    practice.ledger.record_answer(admission.call_id, reply.recorded_status, reply.fault)
    return replace(reply, delay=reply.delay + practice.settings.latency)


def _with_outage(practice: Practice, request: Request) -> Reply:
    fault = FAULTS.get(practice.settings.outage)
    if fault is None:
        return _endpoint(practice, request)
    tag = Tag(fault, fault.number or 0, once=False)
    return tag.apply(_endpoint(practice, request) if fault.effect else Reply())


def _endpoint(practice: Practice, request: Request) -> Reply:
    try:
        return _dispatch(practice, request)
    except Refusal as refusal:
        return error_reply(refusal.status, refusal.detail)


def _dispatch(practice: Practice, request: Request) -> Reply:
    path = request.path.removeprefix(PREFIX)
    if (request.method, path) == ("POST", "/token"):
        return access.token(Call(practice, request, {}))
    if not ENDPOINTS.knows(path) and ENDPOINTS.knows(f"{path}/"):
        return Reply(307, headers={"Location": f"{practice.origin}{PREFIX}{path}/"})
    endpoint, arguments = ENDPOINTS.find(request.method, path)
    user = access.authenticate(practice, request)
    return endpoint(Call(practice, request, arguments), user)
