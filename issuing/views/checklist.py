"""What stands between a fresh start and the first roster."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from issuing.enums import StatementKind
from issuing.models import Badge, Connection, ConsentStatement, Issuance, Roster


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do.

    Args:
        hint (str): what it is for, or what to do where the way is not plain.
        url (str): where it is done; empty where it does itself.
    """

    label: str
    hint: str
    url: str
    is_done: bool


class FirstRun:
    """The checklist on Home, as of now.

    It is over for good with the first roster that was confirmed: `is_over` is one query then.
    """

    def __init__(self) -> None:
        self.is_over = Roster.objects.exclude(confirmed_at=None).exists()

    @property
    def steps(self) -> list[Step]:
        return list(self._steps())

    @property
    def next(self) -> Step | None:
        """The first that is not done."""
        return next((step for step in self.steps if not step.is_done), None)

    def _steps(self) -> Iterator[Step]:
        yield Step(
            _("Connect your Navigatr account"),
            _("With an access token; a manager does it."),
            reverse("connection-list"),
            Connection.objects.in_use().exists(),
        )
        yield Step(
            _("See your badges"),
            _("They are read by themselves once the account is connected, within a minute."),
            reverse("badge-list"),
            Badge.objects.exists(),
        )
        yield self._sandbox()
        yield Step(
            _("Publish what learners agree to"),
            _("A wording comes with the program; change it as you need."),
            reverse("statement-list"),
            ConsentStatement.objects.filter(
                kind=StatementKind.OURS, badge=None, superseded_at=None, retired_at=None
            ).exists(),
        )
        yield Step(
            _("Upload the first roster"),
            _("The class list as you have it; nothing is sent before you have seen who gets what."),
            reverse("roster-upload"),
            self.is_over,
        )

    def _sandbox(self) -> Step:
        is_marked = Badge.objects.filter(is_sandbox=True).exists()
        hint = _("To see what a learner gets.")
        if not is_marked:
            hint = _("First open the badge you try things with and mark it as the sandbox badge.")
        return Step(
            _("Send the sandbox badge to yourself"),
            hint,
            reverse("sandbox-send") if is_marked else reverse("badge-list"),
            Issuance.objects.filter(badge__is_sandbox=True).exists(),
        )
