"""Finds what was published."""

import uuid
from collections.abc import Iterable

from django.db.models import Max, QuerySet

from issuing.enums import StatementKind
from issuing.exceptions import InvalidInput
from issuing.models import Badge, ConsentStatement, ConsentText, Provider


def present_version(provider: Provider, badge: Badge | None = None) -> ConsentStatement | None:
    """The version of ours that is in force for a provider as a whole, or for one badge's own wording."""
    return in_force(ConsentStatement.objects.filter(provider=provider, badge=badge), StatementKind.OURS).last()


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
        found = _everywhere()
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


def in_force(versions: QuerySet[ConsentStatement], kind: StatementKind) -> QuerySet[ConsentStatement]:
    return versions.filter(kind=kind, superseded_at=None, retired_at=None).order_by("version")


def _everywhere() -> list[ConsentStatement]:
    """Of each provider the latest version of ours for all of its badges."""
    versions = ConsentStatement.objects.filter(badge=None).select_related("provider")
    latest = {statement.provider_id: statement for statement in in_force(versions, StatementKind.OURS)}
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
