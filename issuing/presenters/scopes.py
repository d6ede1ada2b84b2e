"""What an answer is about and who gave it: said to staff, and to learners in their language."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from issuing.enums import Giver, StatementKind
from issuing.models import Badge, ConsentRecord, ConsentStatement, Provider

_RELATIONS: Final[dict[str, Promise]] = {Giver.ATTORNEY: lazy("attorney"), Giver.DEPUTY: lazy("deputy")}


def scope(record: ConsentRecord) -> str:
    """What an answer is about, inside a sentence: "all badges from Example College"."""
    return covers(record.text.statement) if record.text else _("any badge")


def covers(statement: ConsentStatement) -> str:
    """What a wording is for, inside a sentence."""
    return whole_scope(statement.provider, statement.badge)


def whole_scope(provider: Provider, badge: Badge | None) -> str:
    """One badge, or all of an organisation's, inside a sentence."""
    return _("the badge %s") % badge.name if badge else _("all badges from %s") % provider.name


def giver(record: ConsentRecord) -> str:
    """Who decided: "Maria Núñez (mother)", or "The learner"."""
    if record.giver == Giver.LEARNER:
        return _("The learner")
    relation = record.giver_relation or _RELATIONS.get(record.giver, "")
    return f"{record.giver_name} ({relation})" if relation else record.giver_name


def wording(statement: ConsentStatement) -> str:
    """Which wording: "Version 2, our wording, for all badges from Example College"."""
    kind = _("our wording") if statement.kind == StatementKind.OURS else _("words used elsewhere")
    values = {"version": statement.version, "kind": kind, "scope": covers(statement)}
    return _("Version %(version)s, %(kind)s, for %(scope)s") % values
