"""People, badges and assertions as the API shows them."""

import re
import zlib
from datetime import UTC, datetime
from typing import Any

from issuing.practice.catalogue import BADGES, PROVIDERS, Badge, Provider, User, issuer_id
from issuing.practice.records import Assertion


def timestamp(seconds: float) -> str:
    """Return seconds since the epoch as ISO 8601 in UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def slug(name: str) -> str:
    """Return a name as it stands in an address."""
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")


def provider_shape(provider: Provider) -> dict[str, Any]:
    """Return `GET /provider/{id}`."""
    return vars(provider) | {"slug": slug(provider.name)}


def user_shape(user: User) -> dict[str, Any]:
    """Return `GET /user_detail/0`."""
    return {
        "id": user.id,
        "firstname": user.firstname,
        "lastname": user.lastname,
        "emails": [user.email],
        "providers": [{"id": number, "name": PROVIDERS[number].name} for number in user.providers],
    }


def badge_shape(badge: Badge, origin: str) -> dict[str, Any]:
    """Return `GET /badge/{id}`; `origin` is the server's own address without a path."""
    provider = PROVIDERS[badge.provider_id]
    return {
        "id": badge.id,
        "name": badge.name,
        "description": badge.description,
        "status": badge.status,
        "type": "Skill",
        "recipient_type": badge.recipient_type,
        "source": badge.source,
        "url": f"{origin}/badge/{badge.id}/{slug(badge.name)}",
        "image_url": f"{origin}/practice/badge/{badge.id}.svg",
        "issuer": {"id": issuer_id(provider.id), "name": provider.name},
        "providers": [{"id": provider.id, "name": provider.name}],
    }


def assertion_shape(assertion: Assertion, origin: str, *, redact: bool = True) -> dict[str, Any]:
    """Return an assertion; where it is to be redacted its address is null, but not in the answer to its issue."""
    hidden = assertion.redacted and redact
    return {
        "id": assertion.id,
        "status": assertion.status,
        "url": f"{origin}/badge_assertion/{assertion.id}",
        "badge_id": assertion.badge_id,
        "badge": badge_shape(BADGES[assertion.badge_id], origin),
        "provider_id": assertion.provider_id,
        "recipient_id": zlib.crc32(assertion.email.casefold().encode()),
        "recipient_email": None if hidden else assertion.email,
        "recipient_firstname": assertion.firstname,
        "recipient_lastname": assertion.lastname,
        "recipient_organisation": assertion.organisation,
        "issue_date": assertion.issue_date or timestamp(assertion.created),
        "end_date": assertion.end_date,
        "evidence_text": assertion.evidence_text,
        "evidence_url": assertion.evidence_url,
        "time_created": timestamp(assertion.created),
        "time_claimed": None if assertion.claimed is None else timestamp(assertion.claimed),
        "reminder_emails_sent": 0,
        "revocation_reason": assertion.revocation_reason,
        "issuing_method": assertion.method,
    }
