"""What was agreed to, as the learner keeps it."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from issuing.enums import Decision, Route
from issuing.models import ConsentRecord
from issuing.presenters import scopes
from issuing.presenters.dates import day, day_and_time
from issuing.workflow.languages import direction

RELATED = ("learner", "text__statement__provider", "text__statement__badge", "recorded_by")
"""What `select_related` has to fetch with a record that is shown so."""
_ANSWERS: Final[dict[Decision, Promise]] = {
    Decision.GIVEN: lazy("Agreed"),
    Decision.DECLINED: lazy("Said no"),
    Decision.WITHDRAWN: lazy("Withdrew"),
}
_HOW: Final[dict[Route, Promise]] = {
    Route.ONLINE: lazy("Online link"),
    Route.PAPER: lazy("On paper"),
    Route.PHONE: lazy("By phone"),
    Route.IN_PERSON: lazy("In person"),
    Route.IMPORTED: lazy("Imported from a file"),
}


@dataclass(frozen=True, slots=True)
class Receipt:
    """One answer with its exact words.

    Args:
        facts (list[tuple[str, str]]): each with its name.
        words (str): as they were shown; empty where they are not certain.
        file_name (str): names nobody.
    """

    title: str
    facts: list[tuple[str, str]]
    words: str
    language: str
    file_name: str

    @property
    def direction(self) -> str:
        """Which way the words run."""
        return direction(self.language)


def receipt(record: ConsentRecord, *, name: str = "") -> Receipt:
    """What was answered, by whom, when, how and to which words.

    Args:
        name (str): what the learner is called in it; their full name where it is empty.
    """
    text = record.text
    facts = [
        (_("Learner"), name or record.learner.full_name or _("(name no longer kept)")),
        (_("Answer"), str(_ANSWERS[Decision(record.decision)])),
        (_("About"), _capital(scopes.scope(record))),
        (_("When"), day_and_time(record.decided_at) if record.route == Route.ONLINE else day(record.decided_at)),
        (_("How"), str(_HOW[Route(record.route)])),
        (_("Who answered"), scopes.giver(record)),
        (_("Counts until"), day(record.ends_at) if record.ends_at else ""),
        (_("Recorded"), day_and_time(record.recorded_at)),
        (_("Recorded by"), record.recorded_by.display_name if record.recorded_by else ""),
        (_("Marked as recorded in error"), day_and_time(record.invalidated_at) if record.invalidated_at else ""),
        (_("Wording"), scopes.wording(text.statement) if text else _("No certain words")),
        (_("SHA-256 of the words"), text.sha256 if text else ""),
        (_("Our number"), str(record.uuid)),
    ]
    return Receipt(
        title=_("Receipt for an answer about digital badges"),
        facts=[(label, value) for label, value in facts if value],
        words=text.body if text else "",
        language=text.language if text else "",
        file_name=f"receipt-{record.decided_at:%Y-%m-%d}-{str(record.uuid)[:8]}.html",
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
