"""Publishes the wording that learners agree to."""

import hashlib
import unicodedata
from collections.abc import Mapping

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from issuing.enums import StatementKind
from issuing.exceptions import InvalidInput
from issuing.models import Badge, ConsentStatement, ConsentText, Provider, User
from issuing.services import audit

LONGEST = 20_000

BUILT_IN = """\
{provider} would like to award you a digital badge through Navigatr (navigatr.app).

To do that we send Navigatr your first name, last name and e-mail address and, where a badge calls for it, a short text
or link that shows what you did. Navigatr e-mails you a link to claim the badge and may remind you. If you already have
a Navigatr account with this address, the badge is added to your profile at once. Navigatr's own privacy notice says how
it uses your details.

You choose. Saying no changes nothing in your course or its result. You can withdraw at any time by telling {provider}:
we then send nothing more, and can ask Navigatr to revoke what was sent. Ask {provider} to see, correct or erase what it
holds about you; you may also complain to your data protection authority.

You must be 13 or older.
"""


def built_in_text(provider: Provider) -> str:
    """The wording that comes with the program, in this provider's name."""
    return BUILT_IN.format(provider=provider.name)


def normalised(body: str) -> str:
    """The words as they are hashed: NFC, plain line ends, no trailing white space."""
    lines = unicodedata.normalize("NFC", body).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip() + "\n"


def digest(body: str) -> str:
    """SHA-256 over the normalised words, 64 hexadecimal digits."""
    return hashlib.sha256(normalised(body).encode()).hexdigest()


def publish(
    *,
    provider: Provider,
    texts: Mapping[str, str],
    badge: Badge | None = None,
    kind: StatementKind = StatementKind.OURS,
    is_minor: bool = False,
    by: User | None,
) -> ConsentStatement:
    """Publish a new version of the wording, in one or more languages, for a provider or one of its badges.

    A major version of ours takes the place of earlier ones of ours: a yes to those counts no more. The very same words
    as the present version publish nothing and return it.

    Raises:
        InvalidInput: no words, too many, or a badge of another provider.
    """
    bodies = {language: normalised(body) for language, body in texts.items()}
    _check(provider, badge, bodies)
    with transaction.atomic():
        Provider.objects.select_for_update().get(pk=provider.pk)
        earlier = ConsentStatement.objects.filter(provider=provider, badge=badge)
        latest = earlier.filter(kind=kind, superseded_at=None, retired_at=None).order_by("version").last()
        if latest and {t.language: t.sha256 for t in latest.texts.all()} == {k: digest(b) for k, b in bodies.items()}:
            return latest
        now = timezone.now()
        if kind == StatementKind.OURS and not is_minor:
            earlier.filter(kind=StatementKind.OURS, superseded_at=None).update(superseded_at=now)
        version = (earlier.aggregate(last=Max("version"))["last"] or 0) + 1
        statement = ConsentStatement.objects.create(
            provider=provider,
            badge=badge,
            version=version,
            kind=kind,
            is_minor=is_minor,
            published_at=now,
            published_by=by,
        )
        for language, body in bodies.items():
            ConsentText.objects.create(statement=statement, language=language, body=body, sha256=digest(body))
        audit.record("publish", statement, by=by, version=version)
    return statement


def _check(provider: Provider, badge: Badge | None, bodies: Mapping[str, str]) -> None:
    if not bodies or not all(body.strip() for body in bodies.values()):
        raise InvalidInput("The wording is empty; nothing was published.")
    if any(len(body) > LONGEST for body in bodies.values()):
        raise InvalidInput(f"The wording is longer than {LONGEST:,} characters; nothing was published.")
    if badge is not None and badge.provider_id != provider.pk:
        raise InvalidInput("That badge belongs to another organisation; nothing was published.")
