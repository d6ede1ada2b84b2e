"""How the wording is said: each of its versions, and what somebody is still at work on."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from issuing.enums import StatementKind
from issuing.models import ConsentDraft, ConsentStatement
from issuing.presenters.consent import language, stamp
from issuing.presenters.dates import day
from issuing.presenters.scopes import covers, whole_scope
from issuing.queries.asking import language_order
from issuing.workflow.languages import is_spoken


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the wording, in words.

    Args:
        state (str): "In force", "Replaced 1 Oct 2026", "Retired 2 Oct 2026" or "Used elsewhere".
        used (str): from when to when words used elsewhere were.
        texts (list[tuple[str, str, str]]): language, words and SHA-256; English first, as learners choose.
    """

    statement: ConsentStatement
    title: str
    scope: str
    published: str
    state: str
    tone: str
    texts: list[tuple[str, str, str]]
    used: str

    @property
    def languages(self) -> str:
        return ", ".join(name for name, _body, _sha256 in self.texts)

    @property
    def is_ours(self) -> bool:
        return self.statement.kind == StatementKind.OURS

    @property
    def unspoken(self) -> list[str]:
        """The languages in which learners get its words with buttons and e-mails in English."""
        codes = sorted(text.language for text in self.statement.texts.all()) if self.is_ours else []
        return [language(code) for code in codes if not is_spoken(code)]


def version(statement: ConsentStatement) -> Version:
    """One version of the wording."""
    state, tone = _("In force"), "good"
    if statement.kind == StatementKind.ELSEWHERE:
        state, tone = _("Used elsewhere"), ""
    if statement.superseded_at:
        state, tone = _("Replaced %s") % day(statement.superseded_at), ""
    if statement.retired_at:
        state, tone = _("Retired %s") % day(statement.retired_at), ""
    texts = sorted(statement.texts.all(), key=lambda text: language_order(text.language))
    return Version(
        statement=statement,
        title=_("Version %s") % statement.version,
        scope=covers(statement),
        published=stamp(statement.published_at, statement.published_by),
        state=state,
        tone=tone,
        texts=[(language(text.language), text.body, text.sha256) for text in texts],
        used=_used(statement),
    )


def _used(statement: ConsentStatement) -> str:
    first, last = statement.used_from, statement.used_until
    if first and last:
        return _("%(first)s – %(last)s") % {"first": day(first), "last": day(last)}
    if first:
        return _("since %s") % day(first)
    return _("until %s") % day(last) if last else ""


@dataclass(frozen=True, slots=True)
class Draft:
    """Wording somebody is still at work on, in words."""

    draft: ConsentDraft
    scope: str
    saved: str
    texts: list[tuple[str, str, str]]

    @property
    def languages(self) -> str:
        return ", ".join(name for name, _code, _body in self.texts)


def draft(found: ConsentDraft) -> Draft:
    """A draft with its languages."""
    codes = sorted(found.texts, key=language_order)
    texts = [(language(code), code, found.texts[code]) for code in codes]
    return Draft(found, whole_scope(found.provider, found.badge), stamp(found.saved_at, found.saved_by), texts)
