"""The page of a roster that was checked and not confirmed yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from issuing import queries
from issuing.enums import AskedState, BadgeHold, Disposition
from issuing.forms.rosters import LABELS, ConfirmForm
from issuing.models import Badge, Roster, RosterRow
from issuing.presenters import dates
from issuing.presenters import rosters as words
from issuing.presenters.doubts import doubts
from issuing.presenters.issuances import Said
from issuing.queries import rosters as reads
from issuing.queries.roster_consent import asked_label, rows_asked, with_asked
from issuing.services.rosters import used_fields
from issuing.sheets import KEEPABLE
from issuing.views.rosters.again import Again
from issuing.views.rosters.asking import ConsentPart
from issuing.views.rosters.pages import address, here, row_page

D = Disposition
NO_PROBLEM = ("", "", "")
NOT_SENT = ("student_number",)


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of a row.

    Args:
        input_name (str): set where it can be typed anew in place.
        meant (str): the value that was probably meant; `accept` takes it as it stands all the same.
    """

    name: str
    label: str
    value: str
    problem: str = ""
    input_name: str = ""
    meant: str = ""
    accept: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the file, what it may expect and why."""

    row_no: int
    cells: list[Cell]
    said: Said
    why: str
    disposition: str
    alike: reads.Alike | None = None


@dataclass(frozen=True, slots=True)
class ToDo:
    """Something that would make more rows ready."""

    text: str
    show: str
    action: str
    asks_consent: bool = False


def _to_dos(counts: Mapping[str, int]) -> list[ToDo]:
    """What there is to do, with the tile that holds it."""
    every = (
        (D.NEEDS_CONSENT, _("%(people)s: no consent is recorded for this badge."), _("Show them"), True),
        (D.INVALID, _("%(people)s: something in the row cannot be used."), _("Fix them here"), False),
        (D.NEEDS_DECISION, _("%(people)s: like somebody we know, on hold, or asked to be erased."), _("Decide"), False),
        (D.ALREADY_ISSUED, _("%(people)s: left out, for they have this badge already."), _("Show them"), False),
        (D.CONSENT_DECLINED, _("%(people)s: left out, for they said no or withdrew."), _("Show them"), False),
    )
    return [
        ToDo(text % {"people": words.people(counts[one])}, one.value, action, asks)
        for one, text, action, asks in every
        if counts.get(one)
    ]


class CheckPage:
    """All that the page says; `confirm` may come bound, with what was typed."""

    def __init__(
        self,
        request: HttpRequest,
        roster: Roster,
        *,
        confirm: ConfirmForm | None = None,
        problem: str = "",
        reason: str | None = None,
    ) -> None:
        self.roster, self.problem, self.now = roster, problem, timezone.now()
        self.counts = queries.dispositions(roster)
        self.show = request.GET.get("show", "")
        if self.show not in Disposition and self.show not in AskedState:
            self.show = ""
        self.tiles = words.check_tiles(self.counts, self.show, address(roster))
        self.total = sum(self.counts.values())
        self.ready = self.counts.get(D.READY, 0)
        self.to_dos = _to_dos(self.counts)
        self.again = Again(roster, held=self.counts.get(D.ALREADY_ISSUED, 0), ready=self.ready, reason=reason)
        self.here = here(request, roster)
        self._fill_rows(request)
        initial = {"ready": self.ready, "check_no": roster.check_no}
        self.confirm = confirm or ConfirmForm(initial=initial)
        self.problem_form = self.confirm

    def _fill_rows(self, request: HttpRequest) -> None:
        rows, count = self._chosen()
        self.page = row_page(request, rows, count, address(self.roster))
        self.fields = used_fields(self.roster)
        self.headings = [LABELS[name] for name in self.fields]
        undecided = [row for row in self.page.rows if row.disposition == D.NEEDS_DECISION]
        alike = reads.alike(undecided) if undecided else {}
        self.is_fixing = self.show == D.INVALID
        had = self.again.says_of(self.page.rows)
        self.rows = [self._row(row, alike.get(row.row_no), had.get(row.pk, "")) for row in self.page.rows]

    def _chosen(self) -> tuple[QuerySet[RosterRow], int]:
        """The rows that are shown, and how many they are."""
        if self.consent and self.show in AskedState:
            return rows_asked(self.roster, self.show, now=self.now), self.consent.counts[self.show]
        rows = with_asked(self.roster.rows.all(), self.badge, now=self.now)
        return (rows.filter(disposition=self.show), self.counts.get(self.show, 0)) if self.show else (rows, self.total)

    @cached_property
    def consent(self) -> ConsentPart | None:
        """Who needs consent; None where nobody does."""
        return ConsentPart(self.roster, self.show, self.now) if self.counts.get(D.NEEDS_CONSENT) else None

    def _row(self, row: RosterRow, alike: reads.Alike | None, had: str) -> Row:
        problems = {problem[0]: problem for problem in row.problems}
        cells = [self._cell(row, name, problems.pop(name, NO_PROBLEM)) for name in self.fields]
        others = [problem[2] for problem in problems.values()]
        said = " ".join(others + row.repairs) or str(words.WHY.get(D(row.disposition), ""))
        why = " ".join(filter(None, [asked_label(row), said, had]))
        why = words.alike(alike) if alike else why
        return Row(row.row_no, cells, words.disposition(row.disposition), why, row.disposition, alike)

    def _cell(self, row: RosterRow, name: str, problem: Sequence[str]) -> Cell:
        _name, code, sentence, *meant = problem
        input_name = f"row-{row.row_no}-{name}" if self.is_fixing and sentence else ""
        accept = f"{row.row_no}:{code}" if code in KEEPABLE else ""
        value = getattr(row, name)
        return Cell(name, str(LABELS[name]), value, sentence, input_name, meant[0] if meant else "", accept)

    def keep_start(self, form: ConfirmForm) -> None:
        """Show the time that was typed, and what is wrong with it, beside what is ready by now."""
        given = {"ready": self.ready, "check_no": self.roster.check_no, "start_at": form.data.get("start_at", "")}
        self.confirm = ConfirmForm(given)
        self.problem_form = self.confirm

    @property
    def suggestions(self) -> int:
        """How many of the rows that are shown look mistyped, with what was probably meant."""
        return sum(any(cell.meant for cell in row.cells) for row in self.rows) if self.is_fixing else 0

    @property
    def badge(self) -> Badge:
        return self.roster.badge

    @property
    def show_label(self) -> str:
        """What the chosen tile is called."""
        if self.show in AskedState:
            return str(AskedState(self.show).label)
        return words.disposition(self.show).label if self.show else ""

    @property
    def initials(self) -> str:
        return words.initials(self.badge)

    @property
    def hold(self) -> str:
        """Why the badge cannot be issued now; empty where it can."""
        return str(BadgeHold(self.badge.hold).label) if self.badge.hold else ""

    @property
    def left_out(self) -> str:
        """How many do not go, as the foot says it."""
        count = self.total - self.ready
        return ngettext(
            "%(count)s person is left out and stays on this list.",
            "%(count)s people are left out and stay on this list.",
            count,
        ) % {"count": f"{count:,}"}

    @property
    def issue_label(self) -> str:
        """What the button says: the exact number, and when it will be over."""
        finish = reads.finish_with(self.badge.provider.connection_id, self.ready, self.now)
        told = {"badges": words.badges(self.ready), "time": dates.clock(finish, self.now)}
        return _("Issue %(badges)s (finishes about %(time)s)") % told

    @property
    def reading_said(self) -> str:
        return words.reading(self.roster)

    @cached_property
    def has_original(self) -> bool:
        return Roster.objects.filter(pk=self.roster.pk, original__isnull=False).exists()

    @property
    def unused(self) -> str:
        return words.unused(self.roster)

    @property
    def births(self) -> str:
        return words.births(self.roster)

    @property
    def uploaded(self) -> str:
        return words.uploaded(self.roster)

    @property
    def example(self) -> list[tuple[str, str]]:
        """Exactly what Navigatr gets for the first ready person; empty where nobody is ready."""
        row = self.roster.rows.filter(disposition=D.READY).order_by("row_no").first()
        if row is None:
            return []
        sent = [(str(label), getattr(row, name)) for name, label in LABELS.items() if name not in NOT_SENT]
        return [(label, value) for label, value in sent if value]

    @cached_property
    def doubts(self) -> list[str]:
        """Why this may be the wrong file or the wrong badge."""
        return doubts(self.roster, self.counts)

    @cached_property
    def twin(self) -> Roster | None:
        """The same file for the same badge, uploaded once more by whomever."""
        return reads.same_file(self.roster.file_sha256, self.badge, but=self.roster).first()

    @property
    def twin_said(self) -> str:
        """Whose the other upload is, and how it stands."""
        twin = self.twin
        if twin is None:
            return ""
        if twin.confirmed_at:
            return _("The same file for this badge was %(said)s.") % {"said": words.confirmed(twin)}
        return _("The same file for this badge was %(said)s; it is not confirmed yet.") % {"said": words.uploaded(twin)}
