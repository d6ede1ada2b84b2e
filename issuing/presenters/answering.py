"""What learners read on their own pages, in their language."""

from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from issuing.enums import Decision
from issuing.presenters.dates import day
from issuing.queries.asking import Question

_SAID: Final[dict[Decision, Promise]] = {
    Decision.GIVEN: lazy("You agreed on %s."),
    Decision.DECLINED: lazy("You said no on %s."),
    Decision.WITHDRAWN: lazy("You withdrew on %s."),
}


def late(count: int) -> str:
    """What came too late to stop; empty where nothing did."""
    if not count:
        return ""
    said = ngettext(
        "%(count)s badge was already on its way to you.", "%(count)s badges were already on their way to you.", count
    )
    return said % {"count": count}


def own_name(code: str) -> str:
    """A language's name in itself where we know it, else its code."""
    try:
        name = str(get_language_info(code)["name_local"])
    except KeyError:
        return code
    return name[:1].upper() + name[1:]


def said(question: Question) -> str:
    """What they are told of what they answered; empty where nothing counts."""
    own = question.own
    if question.may_withdraw and (own is None or own.decision != Decision.GIVEN):
        return _("Somebody who may answer for you agreed.")
    if own is None or not (question.may_withdraw or question.said_no):
        return ""
    return _on(Decision(own.decision), own.decided_at)


def _on(decision: Decision, at: datetime) -> str:
    return str(_SAID[decision]) % day(at)
