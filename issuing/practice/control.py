"""Everything outside /v1: pages for people and JSON for tests. No sign-in, and none of it counts as a call."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from issuing.practice.catalogue import BADGES, USERS_BY_PAT, Badge, badge_or_none
from issuing.practice.faults import OUTAGES
from issuing.practice.inputs import Inputs
from issuing.practice.look import STYLE, picture
from issuing.practice.messages import Refusal, Reply, Request, error_reply, html_reply, json_reply, see_other
from issuing.practice.pages import assertion_page, badge_page, control_page, outbox_page
from issuing.practice.rate import Rate
from issuing.practice.records import Assertion, Wanted
from issuing.practice.routing import Call, PageEndpoint, Routes
from issuing.practice.shapes import assertion_shape, timestamp
from issuing.practice.state import Practice, Settings


def answer(practice: Practice, request: Request) -> Reply:
    """Answer a request for a practice page."""
    try:
        endpoint, arguments = ENDPOINTS.find(request.method, request.path)
        return endpoint(Call(practice, request, arguments))
    except Refusal as refusal:
        return error_reply(refusal.status, refusal.detail)


def _done(call: Call, page: str, value: object) -> Reply:
    return see_other(page) if call.request.is_form else json_reply(value)


def _front(call: Call) -> Reply:
    return html_reply(control_page(call.practice))


def _outbox(call: Call) -> Reply:
    return html_reply(outbox_page(call.practice))


def _style(_call: Call) -> Reply:
    return Reply(body=STYLE.encode(), content_type="text/css; charset=utf-8")


def _badge(call: Call) -> Badge:
    badge = badge_or_none(call.arguments["badge_id"])
    if badge is None:
        raise Refusal(404, "Badge not found")
    return badge


def _badge_page(call: Call) -> Reply:
    return html_reply(badge_page(_badge(call)))


def _picture(call: Call) -> Reply:
    return Reply(body=picture(_badge(call)).encode(), content_type="image/svg+xml")


def _assertion(call: Call) -> Assertion:
    assertion = call.practice.ledger.assertion_or_none(call.number("assertion_id"))
    if assertion is None:
        raise Refusal(404, "Badge assertion not found")
    return assertion


def _assertion_page(call: Call) -> Reply:
    return html_reply(assertion_page(_assertion(call)))


def _outbox_json(call: Call) -> Reply:
    return json_reply([email | {"time": timestamp(email["time"])} for email in call.practice.ledger.outbox()])


def _calls_json(call: Call) -> Reply:
    after = call.parameter("after", "0")
    return json_reply(call.practice.ledger.calls(int(after) if after.isascii() and after.isdigit() else 0))


def _summary_json(call: Call) -> Reply:
    return json_reply(call.practice.summary())


def _reset(call: Call) -> Reply:
    call.practice.reset()
    return _done(call, "/", call.practice.summary())


def _revoke_token(call: Call) -> Reply:
    return _set_revoked(call, revoked=True)


def _restore_token(call: Call) -> Reply:
    return _set_revoked(call, revoked=False)


def _set_revoked(call: Call, *, revoked: bool) -> Reply:
    pat = call.arguments["pat"]
    if pat not in USERS_BY_PAT:
        raise Refusal(404, "No such token")
    call.practice.ledger.set_revoked(pat, revoked)
    return _done(call, "/", {"pat": pat, "revoked": revoked})


def _expire_sessions(call: Call) -> Reply:
    call.practice.expire_sessions()
    return _done(call, "/", {"expired": True})


def _claim(call: Call) -> Reply:
    assertion = _assertion(call)
    if assertion.status == "Revoked":
        raise Refusal(409, "A revoked badge cannot be claimed")
    call.practice.ledger.claim(assertion.id)
    return _done(call, "/outbox", assertion_shape(_assertion(call), call.practice.origin))


def _issue_outside(call: Call) -> Reply:
    inputs = Inputs(call.request.fields())
    badge = BADGES.get(inputs.integer("badge_id"))
    asked = (inputs.address("email"), inputs.filled("firstname"), inputs.text("lastname"))
    inputs.check()
    if badge is None:
        raise Refusal(404, "Badge not found")
    assertion = call.practice.ledger.issue_outside(Wanted(badge.id, badge.provider_id, *asked))
    return _done(call, "/", assertion_shape(assertion, call.practice.origin))


def _change_settings(call: Call) -> Reply:
    try:
        settings = changed(call.practice.settings, call.request.fields())
    except ValueError as error:
        raise Refusal(400, str(error)) from error
    call.practice.change(settings)
    return _done(call, "/", vars(settings) | {"rate": str(settings.rate)})


def changed(settings: Settings, values: Mapping[str, Any]) -> Settings:
    """Return the settings with the named ones changed.

    Raises:
        ValueError: with a sentence, for an unknown name or a value out of range.
    """
    unknown = values.keys() - vars(settings).keys()
    if unknown:
        raise ValueError(f"There is no setting {', '.join(sorted(unknown))}.")
    new: dict[str, Any] = {name: seconds(name, value) for name, value in values.items() if name in SECONDS}
    if "rate" in values:
        new["rate"] = Rate.parse(str(values["rate"]))
    if "outage" in values:
        new["outage"] = str(values["outage"] or "")
    if new.get("outage") and new["outage"] not in OUTAGES:
        raise ValueError(f"An outage is one of {', '.join(OUTAGES)}.")
    return replace(settings, **new)


SECONDS = ("latency", "drip", "hang")


def seconds(name: str, value: object) -> float:
    """Return a time that is not negative and not endless.

    Raises:
        ValueError: with a sentence.
    """
    try:
        number = float(str(value))
    except ValueError:
        number = -1.0
    if not 0 <= number < math.inf:
        raise ValueError(f"{name} is a number of seconds from 0, and not {value!r}.")
    return number


ENDPOINTS: Routes[PageEndpoint] = Routes(
    {
        ("GET", "/"): _front,
        ("GET", "/outbox"): _outbox,
        ("GET", "/badge/{badge_id}"): _badge_page,
        ("GET", "/badge/{badge_id}/{slug}"): _badge_page,
        ("GET", "/badge_assertion/{assertion_id}"): _assertion_page,
        ("GET", "/practice/style.css"): _style,
        ("GET", "/practice/badge/{badge_id}.svg"): _picture,
        ("GET", "/practice/outbox.json"): _outbox_json,
        ("GET", "/practice/calls.json"): _calls_json,
        ("GET", "/practice/summary.json"): _summary_json,
        ("POST", "/practice/reset"): _reset,
        ("POST", "/practice/settings"): _change_settings,
        ("POST", "/practice/sessions/expire"): _expire_sessions,
        ("POST", "/practice/tokens/{pat}/revoke"): _revoke_token,
        ("POST", "/practice/tokens/{pat}/restore"): _restore_token,
        ("POST", "/practice/issue_outside"): _issue_outside,
        ("POST", "/practice/assertions/{assertion_id}/claim"): _claim,
    }
)
