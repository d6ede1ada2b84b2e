"""Class lists that name a person: their rows, the files themselves, and how the files were read."""

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet

from issuing import sheets
from issuing.enums import Disposition, RosterStatus
from issuing.exceptions import IssuingError
from issuing.models import Issuance, Learner, Roster, RosterRow
from issuing.queries import personal
from issuing.services import rosters
from issuing.services.erasure.blanking import ERASED
from issuing.services.erasure.naming import Names

NEUTRAL = "class list"
_QUOTED = ("said", "unused", "sheet", "samples", "fault", "births")
_BLANK = dict.fromkeys((field.value for field in sheets.PERSON_FIELDS), "")


def with_rows(learner: Learner) -> QuerySet[Roster]:
    """Rosters with a row about them; or with a badge of theirs, for a list's name stays when its rows are gone."""
    rows = personal.rows_about(learner).filter(roster=OuterRef("pk"))
    return Roster.objects.filter(Exists(rows) | Exists(learner.issuances.filter(roster=OuterRef("pk"))))


def naming_rows(learner: Learner) -> QuerySet[RosterRow]:
    """Rows about them in which a name, an address or a number stands."""
    return personal.rows_about(learner).exclude(first_name="", last_name="", email="", student_number="")


def unread_naming(names: Names) -> list[Roster]:
    """Uploads without rows yet whose file names the person, or cannot be read so that nobody can tell."""
    unread = Roster.objects.filter(status=RosterStatus.UPLOADED, original__isnull=False).order_by("pk")
    return [roster for roster in unread if _may_name(roster, names)]


def _may_name(roster: Roster, names: Names) -> bool:
    try:
        content = rosters.original_of(roster)
        how = rosters.HowToRead.of(roster.choices)
        found = rosters.read(content=content, file_name=roster.file_name, how=how)
    except IssuingError:
        return True
    lines = (" ".join(cells) for _row_no, cells in found.table.rows)
    return any(names.are_in(line) for line in [*lines, " ".join(found.table.headings)])


def blank_rows(learner: Learner) -> int:
    """Blank what names the person in every row about them; returns how many.

    A row keeps its number and what became of it. One that was never confirmed waits as theirs, whatever its address.
    """
    ids = list(personal.rows_about(learner).values_list("pk", flat=True))
    rows = RosterRow.objects.filter(pk__in=ids)
    unsent = rows.filter(~Exists(Issuance.objects.filter(row=OuterRef("pk"))))
    unsent.update(email_key=learner.email_key, disposition=Disposition.NEEDS_DECISION)
    return rows.update(**_BLANK, problems=[], repairs=[], accepted=[], learner=learner)


def forget(of_rows: Sequence[Roster], unread: Sequence[Roster], names: Names) -> None:
    """Remove the files that name the person, and what was kept of how they were read.

    An upload without rows is nothing without its file, and goes whole. The rosters are locked.
    """
    Roster.objects.filter(pk__in=[one.pk for one in unread]).delete()
    for roster in of_rows:
        Roster.objects.filter(pk=roster.pk).update(
            original=None,
            keeps_original=False,
            reading=_without(roster.reading, names),
            choices=_without(roster.choices, names),
            file_name=_renamed(roster.file_name, names),
            group="" if names.are_in(roster.group) else roster.group,
            check_no=F("check_no") + 1,
        )
        if names.touch(roster.reissue_reason):
            _forget_reason(roster)


def _forget_reason(roster: Roster) -> None:
    """Why badges of this list are issued again; each of them says so too."""
    same = {"reissue_reason": roster.reissue_reason}
    Issuance.objects.filter(roster=roster, **same).update(reissue_reason=ERASED)
    Roster.objects.filter(pk=roster.pk, **same).update(reissue_reason=ERASED)


def _without(kept: dict[str, Any], names: Names) -> dict[str, Any]:
    """How a file was read, without what it quotes of this person."""
    return {name: names.without(value) if name in _QUOTED else value for name, value in kept.items()}


def _renamed(file_name: str, names: Names) -> str:
    return f"{NEUTRAL}{PurePath(file_name).suffix}" if names.are_in(file_name) else file_name
