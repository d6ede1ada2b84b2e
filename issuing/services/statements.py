"""Publishes the wording that learners agree to, and finds what was published."""

import hashlib
import re
import unicodedata
import uuid
from collections.abc import Iterable, Mapping
from typing import Final

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from issuing.enums import StatementKind
from issuing.exceptions import AlreadyTaken, InvalidInput
from issuing.models import Badge, ConsentStatement, ConsentText, Provider, User
from issuing.services import audit
from issuing.validators import clean_text, has_control_characters

LONGEST: Final = 20_000
BUILT_IN_LANGUAGE: Final = "en"

_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8}){0,2}")

BUILT_IN: Final = """\
{provider} would like to award you a digital badge through Navigatr (navigatr.app).

To do that we send Navigatr your first name, last name and e-mail address and, where a badge calls for it, a short \
text or link that shows what you did. Navigatr e-mails you a link to claim the badge and may remind you. If you \
already have a Navigatr account with this address, the badge is added to your profile at once. Navigatr's own privacy \
notice says how it uses your details.

You choose. Saying no changes nothing in your course or its result. You can withdraw at any time by telling \
{provider}: we then send nothing more, and can ask Navigatr to revoke what was sent. Ask {provider} to see, correct or \
erase what it holds about you; you may also complain to your data protection authority.

You must be 13 or older.
"""


def built_in_text(provider: Provider) -> str:
    """The wording that comes with the program, in English and in this provider's name."""
    return BUILT_IN.format(provider=provider.name)


def normalised(body: str) -> str:
    """The words as they are kept and hashed: NFC, plain line ends, no byte order mark, no trailing white space."""
    text = unicodedata.normalize("NFC", body.removeprefix("\ufeff"))
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
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
    """Publish a new version of the wording, whole, by language code (`en`, `cy`), for a provider or one of its badges.

    A major version of ours takes the place of earlier ones of ours: a yes to those counts no more. A version that only
    adds languages to the present one is minor: nobody agreed to other words. The very same words as the present version
    (of words used elsewhere: as any) publish nothing and return it.

    Raises:
        InvalidInput: no words, too many, no language code, or a badge of another provider.
    """
    bodies = {language.lower(): normalised(body) for language, body in texts.items()}
    _check(provider, badge, bodies)
    with transaction.atomic():
        Provider.objects.select_for_update(no_key=True).get(pk=provider.pk)
        present = list(_in_force(ConsentStatement.objects.filter(provider=provider, badge=badge), kind))
        comparable = present[-1:] if kind == StatementKind.OURS else present
        if same := [one for one in comparable if _texts_of(one) == _texts(bodies)]:
            return same[0]
        is_minor = is_minor or any(_texts_of(one) < _texts(bodies) for one in present[-1:])
        return _add_version(provider, badge, kind, bodies, is_minor=is_minor, by=by)


def publish_text(
    *,
    provider: Provider,
    language: str,
    body: str,
    badge: Badge | None = None,
    kind: StatementKind = StatementKind.OURS,
    is_minor: bool = False,
    after: int | None = None,
    by: User | None,
) -> ConsentStatement:
    """Publish wording in one language, for a provider or one of its badges.

    In a language the present version of ours lacks, its other languages stay beside the new one. Otherwise the new
    version has this language alone, for the others translate words that have been replaced.

    Args:
        after (int | None): number of the version that was the latest when somebody decided; None: any.

    Raises:
        InvalidInput: as for `publish`.
        AlreadyTaken: another version was published meanwhile.
    """
    language = language.lower()
    with transaction.atomic():
        Provider.objects.select_for_update(no_key=True).get(pk=provider.pk)
        present = present_version(provider, badge) if kind == StatementKind.OURS else None
        others = {text.language: text.body for text in present.texts.all()} if present else {}
        if present and language in others and digest(others[language]) == digest(body):
            return present
        _check_latest(provider, badge, after)
        texts = {language: body} if language in others else {**others, language: body}
        return publish(provider=provider, texts=texts, badge=badge, kind=kind, is_minor=is_minor, by=by)


def _check_latest(provider: Provider, badge: Badge | None, after: int | None) -> None:
    latest = latest_number(provider, badge)
    if after is not None and after != latest:
        raise AlreadyTaken(f"Version {latest} was published meanwhile. Look at it first; nothing was published.")


def present_version(provider: Provider, badge: Badge | None = None) -> ConsentStatement | None:
    """The version of ours that is in force for a provider as a whole, or for one badge's own wording."""
    return _in_force(ConsentStatement.objects.filter(provider=provider, badge=badge), StatementKind.OURS).last()


def latest_number(provider: Provider, badge: Badge | None = None) -> int:
    """The number of the latest version, ours or not; 0 where there is none."""
    versions = ConsentStatement.objects.filter(provider=provider, badge=badge)
    return versions.aggregate(last=Max("version"))["last"] or 0


def find(reference: str = "") -> ConsentStatement:
    """The statement somebody means.

    Args:
        reference (str): a version number of the wording for all of a provider's badges, a statement's uuid, or empty:
            the version of ours that is in force.

    Raises:
        InvalidInput: there is none, or several providers have one; they are named.
    """
    if not reference:
        found = _in_force_everywhere()
        missing = "No wording has been published yet. Publish it first."
    else:
        found = _referred_to(reference)
        missing = f"There is no wording with the version or uuid “{reference[:40]}”."
    if not found:
        raise InvalidInput(missing)
    if len(found) > 1:
        raise InvalidInput(f"Several could be meant; give the uuid of one: {_listed(found)}.")
    return found[0]


def text_in(statement: ConsentStatement, language: str = "") -> ConsentText:
    """A statement's words in one language; its only one where none is named.

    Raises:
        InvalidInput: it lacks the language, or has several and none was named.
    """
    texts = {text.language: text for text in statement.texts.order_by("language")}
    if not language and len(texts) == 1:
        return next(iter(texts.values()))
    if language.lower() in texts:
        return texts[language.lower()]
    raise InvalidInput(f"This wording is there in {', '.join(texts)}; say which of these they saw.")


def _in_force(versions: QuerySet[ConsentStatement], kind: StatementKind) -> QuerySet[ConsentStatement]:
    return versions.filter(kind=kind, superseded_at=None, retired_at=None).order_by("version")


def _in_force_everywhere() -> list[ConsentStatement]:
    """Of each provider the latest version of ours for all of its badges."""
    versions = ConsentStatement.objects.filter(badge=None).select_related("provider")
    latest = {statement.provider_id: statement for statement in _in_force(versions, StatementKind.OURS)}
    return sorted(latest.values(), key=lambda statement: statement.provider.name)


def _referred_to(reference: str) -> list[ConsentStatement]:
    statements = ConsentStatement.objects.select_related("provider").order_by("provider__name")
    if reference.isascii() and reference.isdigit() and len(reference) < 10:
        return list(statements.filter(version=int(reference), badge=None))
    try:
        return list(statements.filter(uuid=uuid.UUID(reference)))
    except ValueError:
        return []


def _listed(statements: Iterable[ConsentStatement]) -> str:
    return "; ".join(f"{one.provider.name}, version {one.version}: {one.uuid}" for one in statements)


def _texts_of(statement: ConsentStatement) -> set[tuple[str, str]]:
    return set(statement.texts.values_list("language", "sha256"))


def _texts(bodies: Mapping[str, str]) -> set[tuple[str, str]]:
    return {(language, digest(body)) for language, body in bodies.items()}


def _add_version(
    provider: Provider,
    badge: Badge | None,
    kind: StatementKind,
    bodies: Mapping[str, str],
    *,
    is_minor: bool,
    by: User | None,
) -> ConsentStatement:
    versions = ConsentStatement.objects.filter(provider=provider, badge=badge)
    now = timezone.now()
    if kind == StatementKind.OURS and not is_minor:
        versions.filter(kind=StatementKind.OURS, superseded_at=None).update(superseded_at=now)
    statement = ConsentStatement.objects.create(
        provider=provider,
        badge=badge,
        version=latest_number(provider, badge) + 1,
        kind=kind,
        is_minor=is_minor,
        published_at=now,
        published_by=by,
    )
    for language, body in bodies.items():
        ConsentText.objects.create(statement=statement, language=language, body=body, sha256=digest(body))
    audit.record("publish", statement, by=by, version=statement.version)
    return statement


def _check(provider: Provider, badge: Badge | None, bodies: Mapping[str, str]) -> None:
    for language, body in bodies.items():
        if not _LANGUAGE.fullmatch(language):
            raise InvalidInput(f"“{language[:40]}” is not a language code such as en or cy; nothing was published.")
        if len(body) > LONGEST:
            raise InvalidInput(f"The wording is longer than {LONGEST:,} characters; nothing was published.")
        if has_control_characters(body.replace("\n", "").replace("\t", "")):
            raise InvalidInput("The wording holds a character that is no text; nothing was published.")
    if not bodies or not all(clean_text(body) for body in bodies.values()):
        raise InvalidInput("The wording is empty; nothing was published.")
    if badge is not None and badge.provider_id != provider.pk:
        raise InvalidInput("That badge belongs to another organisation; nothing was published.")
