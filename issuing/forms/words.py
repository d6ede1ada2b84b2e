"""Which words an answer can be to, as choices."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _

from issuing.enums import StatementKind
from issuing.models import ConsentText

ALL_WORDS: Final = "all"

Choices = Sequence[tuple[Any, Any]]


def word_choices(texts: Iterable[ConsentText], *, may_be_all: bool) -> Choices:
    """The words an answer can be to, grouped; with `may_be_all` also all of them at once."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for text in texts:
        groups.setdefault(_group(text), []).append((str(text.pk), _text_label(text)))
    everything = [(ALL_WORDS, _("Everything: they want no badge at all"))] if may_be_all else []
    return [("", _("Choose…")), *groups.items(), *everything]


def _group(text: ConsentText) -> str:
    if text.statement.superseded_at:
        return _("Replaced since: a yes to these counts no more")
    return _("Our wording") if text.statement.kind == StatementKind.OURS else _("Words used elsewhere")


def _text_label(text: ConsentText) -> str:
    statement = text.statement
    where = statement.badge.name if statement.badge else _("all badges from %s") % statement.provider.name
    values = {"where": where, "version": statement.version, "language": text.language}
    return _("Version %(version)s (%(language)s): %(where)s") % values
