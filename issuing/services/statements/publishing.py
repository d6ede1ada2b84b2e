"""Publishes the wording that learners agree to."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from issuing.enums import StatementKind
from issuing.exceptions import AlreadyTaken
from issuing.models import Badge, ConsentDocument, ConsentDraft, ConsentStatement, ConsentText, Provider, User
from issuing.services import audit
from issuing.services.statements.documents import IN_FILE, MAX_NAME, OURS, Elsewhere, check_elsewhere
from issuing.services.statements.finding import in_force, latest_number, present_version
from issuing.services.statements.words import check, digest, normalised

NOTHING: Mapping[str, str] = {}


def publish(
    *,
    provider: Provider,
    texts: Mapping[str, str],
    badge: Badge | None = None,
    kind: StatementKind = StatementKind.OURS,
    is_minor: bool = False,
    elsewhere: Elsewhere = OURS,
    by: User | None,
) -> ConsentStatement:
    """Publish a new version of the wording, whole, by language code (`en`, `cy`), for a provider or one of its badges.

    A major version of ours takes the place of earlier ones of ours: a yes to those counts no more. A version that only
    adds languages to the present one is minor: nobody agreed to other words. The very same words as the present version
    (of words used elsewhere: as any) publish nothing and return it.

    Args:
        elsewhere (Elsewhere): of words used elsewhere: when they were, and the file they stand in.

    Raises:
        InvalidInput: no words, too many, no language code, a badge of another provider, or a file that is no PDF.
    """
    bodies = {language.lower(): normalised(body) for language, body in texts.items()}
    check(provider, badge, bodies)
    check_elsewhere(elsewhere)
    hashes = _hashes(bodies, elsewhere)
    with transaction.atomic():
        Provider.objects.select_for_update(no_key=True).get(pk=provider.pk)
        present = list(in_force(ConsentStatement.objects.filter(provider=provider, badge=badge), kind))
        comparable = present[-1:] if kind == StatementKind.OURS else present
        if same := [one for one in comparable if _texts_of(one) == set(hashes.items())]:
            return same[0]
        is_minor = is_minor or any(_texts_of(one) < set(hashes.items()) for one in present[-1:])
        known = {"provider": provider, "badge": badge, "kind": kind, "is_minor": is_minor, "published_by": by}
        days = {"used_from": elsewhere.used_from, "used_until": elsewhere.used_until}
        statement = _add_version(ConsentStatement(**known, **days))
        _add_texts(statement, bodies, hashes, elsewhere)
        audit.record("publish", statement, by=by, version=statement.version)
        return statement


def publish_text(
    *,
    provider: Provider,
    language: str,
    body: str,
    badge: Badge | None = None,
    kind: StatementKind = StatementKind.OURS,
    is_minor: bool = False,
    after: int | None = None,
    drafted: Mapping[str, str] = NOTHING,
    elsewhere: Elsewhere = OURS,
    by: User | None,
) -> ConsentStatement:
    """Publish wording in one language, for a provider or one of its badges.

    Its other languages stay beside it where nothing in the present version of ours changes but by addition, or the
    change is minor; else they go, for they translate words that have been replaced (`together`). Words with a file
    need none of their own: the file holds them. What was drafted is a draft no more.

    Args:
        drafted (Mapping[str, str]): the words in further languages, published with these.
        elsewhere (Elsewhere): as for `publish`.
        after (int | None): number of the version that was the latest when somebody decided; None: any.

    Raises:
        InvalidInput: as for `publish`.
        AlreadyTaken: another version was published meanwhile.
    """
    language = language.lower()
    if elsewhere.document and not body.strip():
        body = IN_FILE.format(name=elsewhere.document.name)
    further = {code: words for code, words in drafted.items() if code != language}
    with transaction.atomic():
        Provider.objects.select_for_update(no_key=True).get(pk=provider.pk)
        present = present_version(provider, badge) if kind == StatementKind.OURS else None
        texts, _ = together(present, {**further, language: body}, is_minor=is_minor)
        if present and not further and _texts_of(present) == set(_hashes(texts, OURS).items()):
            return present
        _check_latest(provider, badge, after)
        known: dict[str, Any] = {"provider": provider, "badge": badge, "kind": kind, "is_minor": is_minor}
        published = publish(texts=texts, elsewhere=elsewhere, by=by, **known)
        if kind == StatementKind.OURS:
            ConsentDraft.objects.filter(provider=provider, badge=badge).delete()
        return published


def together(
    present: ConsentStatement | None, written: Mapping[str, str], *, is_minor: bool
) -> tuple[dict[str, str], bool]:
    """The words of the next version by language, and whether a yes to those that are replaced counts no more.

    Args:
        present (ConsentStatement | None): the version of ours that is in force.
        written (Mapping[str, str]): the new words by language.
    """
    others = {text.language: text.body for text in present.texts.all()} if present else {}
    is_changed = any(code in others and digest(others[code]) != digest(body) for code, body in written.items())
    beside = others if is_minor or not is_changed else {}
    return {**beside, **written}, not is_minor and (present is None or is_changed)


def _check_latest(provider: Provider, badge: Badge | None, after: int | None) -> None:
    latest = latest_number(provider, badge)
    if after is not None and after != latest:
        raise AlreadyTaken(f"Version {latest} was published meanwhile. Look at it first; nothing was published.")


def _texts_of(statement: ConsentStatement) -> set[tuple[str, str]]:
    return set(statement.texts.values_list("language", "sha256"))


def _hashes(bodies: Mapping[str, str], elsewhere: Elsewhere) -> dict[str, str]:
    if elsewhere.document:
        return dict.fromkeys(bodies, elsewhere.document.sha256)
    return {language: digest(body) for language, body in bodies.items()}


def _add_version(statement: ConsentStatement) -> ConsentStatement:
    versions = ConsentStatement.objects.filter(provider=statement.provider, badge=statement.badge)
    statement.published_at = timezone.now()
    if statement.kind == StatementKind.OURS and not statement.is_minor:
        ours = versions.filter(kind=StatementKind.OURS, superseded_at=None)
        ours.update(superseded_at=statement.published_at)
    statement.version = latest_number(statement.provider, statement.badge) + 1
    statement.save()
    return statement


def _add_texts(
    statement: ConsentStatement, bodies: Mapping[str, str], hashes: Mapping[str, str], elsewhere: Elsewhere
) -> None:
    for language, body in bodies.items():
        text = ConsentText.objects.create(statement=statement, language=language, body=body, sha256=hashes[language])
        if elsewhere.document:
            name = elsewhere.document.name[:MAX_NAME]
            ConsentDocument.objects.create(text=text, name=name, content=elsewhere.document.content)
