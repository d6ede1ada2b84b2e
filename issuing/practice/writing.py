"""The API's writing half: issue, revoke and verify."""

import time
from dataclasses import dataclass, replace

from issuing.practice.access import need_provider, own_assertion
from issuing.practice.catalogue import BADGES, PROVIDERS, Badge, User
from issuing.practice.faults import ANSWERS, Tag, parse_tags
from issuing.practice.inputs import Inputs, wanted
from issuing.practice.ledger import Ledger
from issuing.practice.messages import Refusal, Reply, json_reply
from issuing.practice.records import NEVER, Wanted
from issuing.practice.routing import Call
from issuing.practice.shapes import assertion_shape

HAS_ACCOUNT = "has-account"


@dataclass(frozen=True)
class Plan:
    """What the tags of an address make of one call."""

    answer: Tag | None
    hidden: float
    redacted: bool
    names: str


def issue(call: Call, user: User) -> Reply:
    """PUT /badge/{id}/issue: always a new assertion and a new e-mail, also for somebody who has the badge."""
    badge = BADGES.get(call.number("badge_id"))
    provider_id = badge.provider_id if badge else 0
    asked = wanted(call.request.json_object(), call.number("badge_id"), provider_id)
    _need_issuable(user, badge, asked)
    plan = _plan(call.practice.ledger, asked.email)
    if plan.answer and not plan.answer.fault.effect:
        return replace(plan.answer.apply(Reply()), fault=plan.names)
    if plan.answer and plan.answer.fault.name == "late-effect":
        call.practice.pause(plan.answer.number)
    assertion = call.practice.ledger.issue(
        asked,
        claimed=asked.email.casefold().startswith(HAS_ACCOUNT),
        redacted=plan.redacted,
        listed_from=time.time() + plan.hidden if plan.hidden else 0.0,
    )
    reply = json_reply(assertion_shape(assertion, call.practice.origin, redact=False))
    return replace(plan.answer.apply(reply) if plan.answer else reply, fault=plan.names)


def _need_issuable(user: User, badge: Badge | None, asked: Wanted) -> None:
    if badge is None:
        raise Refusal(404, "Badge not found")
    need_provider(user, badge.provider_id)
    if asked.provider_id != badge.provider_id:
        raise Refusal(400, "The badge does not belong to this provider")
    provider = PROVIDERS[badge.provider_id]
    if provider.status != "Active":
        raise Refusal(403, f"Provider is {provider.status.lower()} and cannot issue badges")
    if badge.status != "Published":
        raise Refusal(400, "Badge is not published")
    if badge.source != "Internal":
        raise Refusal(400, "An external badge cannot be issued")
    if badge.recipient_type == "Organisation" and not asked.organisation:
        raise Refusal(400, "recipient_organisation is required for this badge")


def _plan(ledger: Ledger, email: str) -> Plan:
    found = parse_tags(email)
    tags = [tag for tag in found if not tag.once or ledger.spend(email, tag.fault.name)]
    names = {tag.fault.name for tag in tags}
    waits = [float(tag.number) for tag in tags if tag.fault.name == "listed-after"]
    return Plan(
        answer=next((tag for tag in tags if tag.fault in ANSWERS), None),
        hidden=NEVER if "not-listed" in names else max(waits, default=0.0),
        redacted="redacted" in names,
        names="+".join(tag.fault.name for tag in tags),
    )


def revoke(call: Call, user: User) -> Reply:
    """PUT /badge_assertion/{id}/revoke?revocation_reason=…"""
    inputs = Inputs({name: values[-1] for name, values in call.request.query.items()}, "query")
    reason = inputs.filled("revocation_reason")
    inputs.check()
    assertion = own_assertion(call, user)
    if not call.practice.ledger.revoke(assertion.id, reason):
        raise Refusal(400, "Badge assertion is already revoked")
    return json_reply(assertion_shape(own_assertion(call, user), call.practice.origin))


def verify(call: Call, user: User) -> Reply:
    """GET /badge_assertion/{id}/verify: leaves a mark on the public tick, which the ledger counts."""
    assertion = own_assertion(call, user)
    times = call.practice.ledger.verify(assertion.id)
    return json_reply({"id": assertion.id, "verified": assertion.status != "Revoked", "times_verified": times})
