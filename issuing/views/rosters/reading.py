"""How an uploaded file is read: what is asked of staff before its rows are there, and changing it afterwards."""

import uuid
from collections import Counter
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from django.contrib import messages
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from issuing.enums import Question, RosterStatus
from issuing.exceptions import IssuingError
from issuing.forms.reading import COLUMN, AnswersForm, TableForm, columns_of, table_of
from issuing.forms.rosters import LABELS, NEEDED
from issuing.models import Roster
from issuing.presenters import rosters as words
from issuing.services import rosters
from issuing.services.rosters import HowToRead
from issuing.sheets import Field, candidates
from issuing.views.access import actor
from issuing.views.rosters.pages import roster_or_404

MOST_SPLITS = 10
NOTHING = HowToRead()
MOST_DATES = 3
LOSES = "loses"
"""Posted where the page said that corrections of the rows would be lost."""
DATES = (Field.ISSUE_DATE, Field.END_DATE)
WHOLE = (Field.FULL_NAME, Field.SORTABLE_NAME)


@dataclass(frozen=True, slots=True)
class Column:
    """A column with its first values and the choice of what it holds."""

    heading: str
    samples: str
    field: BoundField


@dataclass(frozen=True, slots=True)
class Split:
    """A whole name and how it was told apart."""

    row_no: int
    whole: str
    first_name: str
    last_name: str


class FilePage:
    """What a page says of how a file is read; its answers are bound where they were posted.

    Draw it with `issuing/_reading.html`.

    Raises:
        IssuingError: the file cannot be read so.
    """

    def __init__(
        self,
        content: bytes,
        file_name: str,
        how: HowToRead,
        *,
        data: QueryDict | None = None,
        answered: HowToRead = NOTHING,
    ) -> None:
        self.how = how
        self.found = rosters.read(content=content, file_name=file_name, how=how)
        self.table = TableForm(self.found)
        day = {True: "day", False: "month", None: ""}[answered.day_first]
        said = {"day_first": day, "names_seen": answered.names_seen}
        self.answers = AnswersForm(data, found=self.found, initial=said)
        self.problem = self.found.why if self.answers.is_bound else ""
        self.asked = [question.label for question in self.found.questions]

    @property
    def said(self) -> str:
        return self.found.table.said

    @property
    def letters(self) -> str:
        """Words with accents, by which a wrong encoding is seen."""
        return ", ".join(self.found.letters)

    @property
    def asks_letters(self) -> bool:
        return Question.ENCODING in self.found.questions

    @property
    def columns(self) -> list[Column]:
        """Those that are used or may be first, then the others."""
        every = [
            Column(one.heading, " · ".join(one.samples), self.answers[f"{COLUMN}{one.index}"])
            for one in candidates(self.found.table)
            if one.heading
        ]
        return sorted(every, key=lambda column: not column.field.value())

    @property
    def about_columns(self) -> list[str]:
        """What no heading tells, and what more than one does; empty where the columns are clear."""
        if self.found.matching:
            return []
        guessed = Counter(one.field for one in candidates(self.found.table) if one.field)
        is_whole = any(guessed[field] for field in WHOLE)
        missing = [LABELS[name] for name in NEEDED if not guessed[Field(name)] and not (is_whole and "name" in name)]
        doubled = [LABELS[field.value] for field, count in guessed.items() if count > 1 and field.value in LABELS]
        said = []
        if missing:
            names = ", ".join(str(label) for label in missing)
            said.append(_("No heading tells which column holds: %(names)s. Choose it below.") % {"names": names})
        if doubled:
            names = ", ".join(str(label) for label in doubled)
            said.append(_("More than one column could be: %(names)s. Choose one of them below.") % {"names": names})
        return said

    @property
    def splits(self) -> list[Split]:
        """The first whole names that were told apart by a guess."""
        guessed = [person for person in self.found.people if person.guessed_name]
        cells, matching = dict(self.found.table.rows), self.found.matching
        places = [column.index for column in matching.used if column.field in WHOLE] if matching else []
        return [
            Split(one.row_no, cells[one.row_no][places[0]], one.first_name, one.last_name)
            for one in guessed[:MOST_SPLITS]
            if places
        ]

    @property
    def more_splits(self) -> int:
        return max(0, sum(person.guessed_name for person in self.found.people) - MOST_SPLITS)

    @property
    def dates(self) -> str:
        """The first dates of which either part may be the day."""
        matching = self.found.matching
        places = [column.index for column in matching.used if column.field in DATES] if matching else []
        cells = (row[place].strip() for _row_no, row in self.found.table.rows for place in places)
        found = dict.fromkeys(cell for cell in cells if cell and not cell[:4].isdigit())
        return ", ".join(islice(found, MOST_DATES))


class ReadingPage(FilePage):
    """All that the page says of a roster's file.

    Raises:
        IssuingError: the file cannot be read so, or is not kept any more.
    """

    def __init__(self, roster: Roster, how: HowToRead, **answers: Any) -> None:
        super().__init__(rosters.original_of(roster), roster.file_name, how, **answers)
        self.roster = roster

    @property
    def initials(self) -> str:
        return words.initials(self.roster.badge)

    @property
    def uploaded(self) -> str:
        return words.uploaded(self.roster)

    @property
    def has_rows(self) -> bool:
        """Whether there are rows whose corrections would be lost."""
        return self.roster.status == RosterStatus.CHECKED


@require_http_methods(["GET", "POST"])
@never_cache
def roster_read(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    roster = roster_or_404(uuid)
    if roster.confirmed_at is not None:
        messages.warning(request, rosters.taken_sentence(roster))
        return redirect("roster-detail", uuid)
    try:
        page = _posted(request, roster) if request.method == "POST" else kept_page(roster)
    except IssuingError as refusal:
        messages.error(request, str(refusal))
        return redirect("roster-read" if request.method == "POST" else "roster-detail", uuid)
    if page.answers.is_valid() and not page.problem and _went_on(request, page):
        return redirect("roster-detail", uuid)
    return shown(request, page)


def shown(request: HttpRequest, page: ReadingPage) -> HttpResponse:
    return render(request, "issuing/roster_reading.html", {"page": page})


def kept_page(roster: Roster) -> ReadingPage:
    """The page as the file is read by now, with what was answered before."""
    kept = HowToRead.of(roster.choices)
    return ReadingPage(roster, replace(kept, day_first=None, names_seen=False), answered=kept)


def _posted(request: HttpRequest, roster: Roster) -> ReadingPage:
    """The page with the answers that were given, or, where the table is to be another one, with its own questions."""
    how, is_as_shown = table_of(request.POST)
    if is_as_shown and "answers" in request.POST:
        return ReadingPage(roster, replace(how, columns=columns_of(request.POST)), data=request.POST)
    return ReadingPage(roster, how)


def _went_on(request: HttpRequest, page: ReadingPage) -> bool:
    """Whether the rows are read now, or by the worker soon; where not, the page says why."""
    if page.has_rows and LOSES not in request.POST:
        page.problem = _("The file was read meanwhile. Read it again only if what was corrected since may be lost.")
        return False
    given = page.answers.cleaned_data
    how = replace(page.how, day_first=given.get("day_first"), names_seen=bool(given.get("names_seen")))
    try:
        roster = rosters.read_again(roster=page.roster, how=how, by=actor(request))
    except IssuingError as refusal:
        page.problem = str(refusal)
        return False
    if roster.status == RosterStatus.CHECKED:
        messages.success(request, _("The file was read and its rows were checked."))
    return True


@require_POST
def roster_retry(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    try:
        rosters.try_again(roster=roster_or_404(uuid), by=actor(request))
    except IssuingError as refusal:
        messages.warning(request, str(refusal))
    return redirect("roster-detail", uuid)


@require_POST
def roster_keep(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    try:
        rosters.keep_original(roster=roster_or_404(uuid), by=actor(request))
    except IssuingError as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("The uploaded file is kept for your download."))
    return redirect("roster-detail", uuid)
