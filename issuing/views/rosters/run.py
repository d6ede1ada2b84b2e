"""The page of a roster that was confirmed: while it is sent, and after."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from issuing import queries
from issuing.enums import AskedState, Disposition, IssuanceStatus, RosterStatus, StatusReason
from issuing.models import Badge, Issuance, Roster, RosterRow
from issuing.presenters import dates, runs
from issuing.presenters import rosters as words
from issuing.presenters.issuances import Said
from issuing.queries import rosters as reads
from issuing.queries.roster_consent import rows_asked, with_asked
from issuing.views.rosters.again import Again
from issuing.views.rosters.asking import ConsentPart
from issuing.views.rosters.pages import address, here, row_page

S = IssuanceStatus
FAST, SLOW = 2, 15
"""Seconds between two looks: while badges are sent, and while only Navigatr is asked."""


class Progress:
    """The part of the page that changes by itself."""

    def __init__(self, roster: Roster, show: str = "") -> None:
        self.roster, self.show = roster, show
        self.counts = reads.run_counts(roster)
        self.tiles = words.run_tiles(self.counts, show, address(roster))
        self.state = self._state(timezone.now())
        self.sentence = runs.sentence(self.state)
        self.beside = runs.beside(self.state)
        self.title = runs.title(self.state)

    def _state(self, now: datetime) -> runs.State:
        roster, counts = self.roster, self.counts
        by_hand = _by_hand(roster).count() if counts.checking else 0
        if not counts.waiting:
            worker = queries.worker(now) if counts.checking else None
            return runs.State(roster, counts, now, worker=worker, by_hand=by_hand)
        starts_at = _starts_at(roster)
        return runs.State(
            roster,
            counts,
            now,
            finish_at=queries.finish_at(roster.badge.provider.connection_id, now),
            starts_at=starts_at if starts_at and starts_at > now else None,
            worker=queries.worker(now),
            by_hand=by_hand,
        )

    @property
    def is_live(self) -> bool:
        """Whether the page is to look again by itself."""
        return bool(self.counts.checking) or (bool(self.counts.waiting) and self.roster.status == RosterStatus.RUNNING)

    @property
    def seconds(self) -> int:
        """How soon to look again."""
        soon = self.counts.waiting and self.roster.status == RosterStatus.RUNNING and self.state.starts_at is None
        return FAST if soon else SLOW

    @property
    def to_check(self) -> Issuance | None:
        """The first badge that waits for a person's look at Navigatr's list."""
        return _by_hand(self.roster).order_by("pk").first() if self.state.by_hand else None

    @property
    def is_running(self) -> bool:
        return bool(self.counts.waiting) and self.roster.status == RosterStatus.RUNNING

    @property
    def is_paused(self) -> bool:
        return bool(self.counts.waiting) and self.roster.status == RosterStatus.PAUSED

    @property
    def resume_label(self) -> str:
        """What the button says that lets a paused run go on."""
        return _("Take over and resume sending") if runs.left(self.roster) else _("Resume sending")

    @property
    def stop_label(self) -> str:
        """What the button that stops says, with the exact number."""
        return _("Stop: do not send the other %(count)s") % {"count": f"{self.counts.waiting:,}"}


def _by_hand(roster: Roster) -> QuerySet[Issuance]:
    return roster.issuances.filter(status=S.UNCONFIRMED, reason=StatusReason.TO_DECIDE)


def _starts_at(roster: Roster) -> datetime | None:
    """When the first waiting row may leave; None where one may at once."""
    waiting = roster.issuances.filter(status=S.QUEUED)
    if waiting.filter(not_before=None).exists():
        return None
    first: datetime | None = waiting.aggregate(at=Min("not_before"))["at"]
    return first


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the file and what came of it."""

    row: RosterRow
    badge: Issuance | None
    said: Said
    why: str
    when: str

    @property
    def is_rejected(self) -> bool:
        return self.badge is not None and self.badge.status == S.REJECTED

    @property
    def is_by_hand(self) -> bool:
        badge = self.badge
        return badge is not None and badge.status == S.UNCONFIRMED and badge.reason == StatusReason.TO_DECIDE

    @property
    def is_to_decide(self) -> bool:
        return self.badge is None and self.row.disposition == Disposition.NEEDS_DECISION

    @property
    def name(self) -> str:
        """As it is sent, which may have been corrected since."""
        who = self.badge or self.row
        return f"{who.first_name} {who.last_name}".strip()

    @property
    def email(self) -> str:
        return (self.badge or self.row).email


class RunPage:
    """All that the page of a confirmed roster says."""

    def __init__(self, request: HttpRequest, roster: Roster, *, problem: str = "", reason: str | None = None) -> None:
        self.roster, self.problem = roster, problem
        self.show = request.GET.get("show", "")
        self.asks_to_stop = "stop" in request.GET
        self.progress = Progress(roster, self.show)
        self.here = here(request, roster)
        left_out = reads.left_out(roster)
        self.ready = left_out.filter(disposition=Disposition.READY).count()
        held = left_out.filter(disposition=Disposition.ALREADY_ISSUED).count()
        self.again = Again(roster, held=held, ready=self.ready, reason=reason)
        self.consent = self._consent()
        rows, count = self._chosen(left_out)
        rows = with_asked(rows, roster.badge, now=self.progress.state.now)
        self.page = row_page(request, rows, count, address(roster))
        badges = reads.latest_issuances(self.page.rows)
        undecided = [row for row in self.page.rows if row.disposition == Disposition.NEEDS_DECISION]
        self._alike = reads.alike(undecided) if undecided else {}
        self._had = self.again.says_of(row for row in self.page.rows if row.pk not in badges)
        self.rows = [self._row(row, badges.get(row.pk)) for row in self.page.rows]
        self.confirmed = words.confirmed(roster)
        self.gone_since = dates.day(roster.rows_removed_at) if roster.rows_removed_at else ""

    def _consent(self) -> ConsentPart | None:
        """Who was left out for want of consent; None where nobody was, or the rows are kept no longer."""
        if not self.progress.counts.left_out or self.roster.rows_removed_at is not None:
            return None
        part = ConsentPart(self.roster, self.show, self.progress.state.now)
        return part if part.total else None

    def _chosen(self, left_out: QuerySet[RosterRow]) -> tuple[QuerySet[RosterRow], int]:
        """The rows of the tile that is chosen, and how many they are."""
        counts, roster = self.progress.counts, self.roster
        tiles = {tile.key: tile.count for tile in self.progress.tiles}
        if self.consent and self.show in AskedState:
            return rows_asked(roster, self.show, now=self.progress.state.now), self.consent.counts[self.show]
        if self.show == "left-out":
            return left_out, counts.left_out
        statuses = {
            "waiting": [S.QUEUED, S.SENDING],
            "unclaimed": [S.ISSUED],
            "claimed": [S.ISSUED],
            "checking": [S.UNCONFIRMED],
            "not-sent": [S.REJECTED],
            "stopped": [S.CANCELLED],
        }
        if self.show not in statuses:
            self.show = ""
            return roster.rows.all(), counts.total + counts.left_out
        claimed = {"claimed": True, "unclaimed": False}.get(self.show)
        return reads.rows_of_run(roster, statuses=statuses[self.show], claimed=claimed), tiles[self.show]

    def _row(self, row: RosterRow, badge: Issuance | None) -> Row:
        said, why = words.run_row(row, badge)
        if badge is None and row.row_no in self._alike:
            why = words.alike(self._alike[row.row_no])
        why = why or self._had.get(row.pk, "")
        when = dates.clock(badge.issued_at or badge.changed_at, self.progress.state.now) if badge else ""
        return Row(row, badge, said, why, when)

    @property
    def badge(self) -> Badge:
        return self.roster.badge

    @property
    def show_label(self) -> str:
        """What the chosen tile is called."""
        if self.show in AskedState:
            return str(AskedState(self.show).label)
        return next((tile.label for tile in self.progress.tiles if tile.key == self.show), "")

    @property
    def initials(self) -> str:
        return words.initials(self.roster.badge)

    @property
    def more_label(self) -> str:
        """What the button for those left out and ready by now says."""
        return _("Issue %(badges)s to people now ready") % {"badges": words.badges(self.ready)}
