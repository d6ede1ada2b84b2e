"""Keeps an uploaded file and makes checked rows of it: of a small one at once, of a large one in the background."""

import hashlib
import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from issuing import enqueue, sheets
from issuing.enums import Question, RosterStatus
from issuing.exceptions import AlreadyTaken, IssuingError, NavigatrError
from issuing.fields import encrypt
from issuing.models import Badge, Roster, User
from issuing.services import audit, issuances
from issuing.services.rosters.changing import lock, lock_unconfirmed, original_of
from issuing.services.rosters.checking import Checked, check_people, reading_of, storable_name, write_rows
from issuing.services.rosters.reading import AS_FOUND, HowToRead, ReadFile, read, remember
from issuing.services.rosters.recipients import AT_ONCE, IN_BACKGROUND, read_on
from issuing.validators import clean_line

MAX_GROUP = 200
AT_A_TIME = 2_000
"""Rows of a large file that are written in one transaction: nothing else waits for long."""
SILENT_FOR = timedelta(minutes=2)
"""A check in the background that gave no sign for so long has died."""
MOST_TRIES = 3


def upload(
    *, content: bytes, file_name: str, badge: Badge, by: User, group: str = "", token: uuid.UUID | None = None
) -> Roster:
    """Keep a file, encrypted, as a roster for a badge; nothing is sent and no learner is made.

    A small file is checked at once, unless something has to be asked first or Navigatr cannot say who has the badge:
    then it waits as `uploaded`. A large one waits for the worker.

    Args:
        token (UUID | None): becomes the roster's uuid. The same again is the same upload: a form sent twice makes one.

    Raises:
        SheetError: the file is no table that can be read; nothing was kept.
        InvalidInput: the badge cannot be issued, or the group's name cannot be used; nothing was kept.
    """
    group = clean_line(group, label="course or group", most=MAX_GROUP)
    issuances.check_issuable(badge)
    new = {"badge": badge, "group": group, "uploaded_by": by}
    if is_large(content):
        sheets.kind_at_sight(content, file_name)
        return _kept(content, file_name, new, {}, token)
    found = read(content=content, file_name=file_name, how=AS_FOUND)
    fault = ""
    if not found.questions:
        try:
            recipients = read_on(badge, {}, seconds=AT_ONCE)
            if isinstance(recipients, dict):  # the worker reads on
                return _kept(content, file_name, new, {"recipients": recipients}, token)
            checked = check_people(found, badge, recipients)
            return save(checked=checked, badge=badge, group=group, by=by, original=content, token=token)
        except NavigatrError as error:
            fault = str(error)
    return _kept(content, file_name, new, waiting(found, fault), token)


def is_large(content: bytes) -> bool:
    """Whether checking it takes longer than somebody waits for a page."""
    return len(content) > settings.ROSTER_AT_ONCE_BYTES


def waiting(found: ReadFile, fault: str = "") -> dict[str, Any]:
    """What is kept of a file whose rows are not there yet: how it was read, and what is asked or in the way."""
    return reading_of(found) | {"fault": fault}


def _kept(
    content: bytes, file_name: str, new: dict[str, Any], reading: dict[str, Any], token: uuid.UUID | None
) -> Roster:
    token, now, sha256 = token or uuid.uuid4(), timezone.now(), hashlib.sha256(content).hexdigest()
    given = new | {"status": RosterStatus.UPLOADED, "file_name": storable_name(file_name), "file_sha256": sha256}
    given |= {"reading": reading, "uploaded_at": now, "checked_at": now, "original": encrypt(content, str(token))}
    with transaction.atomic():
        roster, is_new = Roster.objects.get_or_create(uuid=token, defaults=given)
        if is_new:
            audit.record("upload", roster, by=new["uploaded_by"], badge=new["badge"].navigatr_id)
            _wake(roster)
        elif (roster.file_sha256, roster.badge_id) != (sha256, new["badge"].pk):
            return _kept(content, file_name, new, reading, None)
    return roster


def _wake(roster: Roster) -> None:
    if is_unread(roster):
        enqueue.check_roster(roster.pk)


def is_unread(roster: Roster) -> bool:
    """Whether the worker has to make rows of it: nothing is asked and nothing in the way."""
    is_held = roster.reading.get("questions") or roster.reading.get("fault")
    return roster.status == RosterStatus.UPLOADED and not is_held


def save(
    *,
    checked: Checked,
    badge: Badge,
    by: User,
    group: str = "",
    original: bytes = b"",
    token: uuid.UUID | None = None,
) -> Roster:
    """Keep a checked file as a roster with its rows; nothing is sent and no learner is made.

    Args:
        group (str): the course or group it is for.
        original (bytes): the file, kept encrypted until the roster is confirmed, to be read in another way.
        token (UUID | None): becomes the roster's uuid, as for `upload`.

    Raises:
        InvalidInput: the group's name cannot be used.
    """
    group = clean_line(group, label="course or group", most=MAX_GROUP)
    token = token or uuid.uuid4()
    given = {"badge": badge, "group": group, "uploaded_by": by, "uploaded_at": checked.at, "checked_at": checked.at}
    given |= {"file_name": checked.file_name, "file_sha256": checked.sha256, "reading": checked.reading}
    with transaction.atomic():
        roster, is_new = Roster.objects.get_or_create(uuid=token, defaults=given)
        if not is_new:
            is_same = (roster.file_sha256, roster.badge_id) == (checked.sha256, badge.pk)
            return roster if is_same else save(checked=checked, badge=badge, group=group, by=by, original=original)
        if original:
            Roster.objects.filter(pk=roster.pk).update(original=encrypt(original, str(token)))
        write_rows(roster, checked.rows)
        audit.record("check", roster, by=by, rows=len(checked.rows), badge=badge.navigatr_id)
    return roster


def read_again(*, roster: Roster, how: HowToRead, by: User) -> Roster:
    """Read the kept file in another way, in place of its rows; what was corrected or decided in them is lost.

    What is still to be asked then waits on the roster as `uploaded`; a large file waits for the worker.

    Raises:
        SheetError: it cannot be read so; the roster stays as it was.
        InvalidInput: the file is not kept any more, or the badge cannot be issued.
        AlreadyTaken: the roster was confirmed meanwhile.
        NavigatrError: who has the badge already could not be read; the roster stays as it was.
    """
    content = original_of(roster)
    found = read(content=content, file_name=roster.file_name, how=how)
    if how.columns is not None and Question.COLUMNS not in found.questions:
        remember(found.table, how.columns, by=by)
    checked, left = None, dict[str, Any]()
    if not found.questions and not is_large(content):
        recipients = read_on(roster.badge, {}, seconds=AT_ONCE)
        if isinstance(recipients, dict):
            left = {"recipients": recipients}
        else:
            checked = check_people(found, roster.badge, recipients)
    with transaction.atomic():
        roster = lock_unconfirmed(roster)
        roster.choices = how.choices
        audit.record("read", roster, by=by, **_told(how))
        if checked is not None:
            _replace_rows(roster, checked)
        else:
            _set_unread(roster, waiting(found) | left)
    return roster


def _told(how: HowToRead) -> dict[str, Any]:
    """Of a choice what names nobody: a sheet's name could."""
    return {name: value for name, value in how.choices.items() if name != "sheet"}


def try_again(*, roster: Roster, by: User) -> None:
    """Have a file checked once more that something was in the way of; rows that are there by now stay as they are.

    Raises:
        SheetError, InvalidInput, AlreadyTaken, NavigatrError: as for `read_again`.
    """
    if roster.status == RosterStatus.UPLOADED:
        read_again(roster=roster, how=HowToRead.of(roster.choices), by=by)


def _replace_rows(roster: Roster, checked: Checked) -> None:
    roster.rows.all().delete()
    write_rows(roster, checked.rows)
    roster.status, roster.reading, roster.checked_at = RosterStatus.CHECKED, checked.reading, checked.at
    roster.check_no += 1
    roster.save(update_fields=["status", "reading", "checked_at", "check_no", "choices"])


def _set_unread(roster: Roster, reading: dict[str, Any]) -> None:
    """Without rows until what is asked is answered, or the worker has read it."""
    roster.rows.all().delete()
    roster.status, roster.reading, roster.checked_at = RosterStatus.UPLOADED, reading, timezone.now()
    roster.check_no += 1
    roster.save(update_fields=["status", "reading", "checked_at", "check_no", "choices"])
    _wake(roster)


# In the background


class _Overtaken(Exception):
    """Another check of the same file began, or staff changed something: this one has nothing to say any more."""


def check_kept(roster_id: int) -> None:
    """Make checked rows of a kept file. Doubled, late or again after a crash it does no harm."""
    roster = _begun(roster_id)
    if roster is None:
        return
    try:
        found = read(content=original_of(roster), file_name=roster.file_name, how=HowToRead.of(roster.choices))
        if found.questions:
            _hold(roster, waiting(found))
            return
        issuances.check_issuable(roster.badge)
        before = roster.reading.get("recipients", {})
        recipients = read_on(roster.badge, before, seconds=IN_BACKGROUND)
        if isinstance(recipients, dict):
            _go_on(roster, recipients, at_once=recipients["page"] > before.get("page", 0))
            return
        _write_all(roster, check_people(found, roster.badge, recipients))
    except IssuingError as error:
        _hold(roster, roster.reading | {"fault": str(error)})
    except _Overtaken:
        return


def _begun(roster_id: int) -> Roster | None:
    """The roster with a number of this check's own; None where there is nothing to be done."""
    with transaction.atomic():
        found = Roster.objects.select_for_update(of=("self",)).filter(pk=roster_id, status=RosterStatus.UPLOADED)
        roster = found.select_related("badge__provider", "uploaded_by").first()
        if roster is None or not is_unread(roster):
            return None
        tries = roster.reading.get("tries", 0) + 1
        if tries > MOST_TRIES:
            roster.reading |= {"fault": "Reading this file was broken off several times. Nothing was sent."}
        roster.reading |= {"tries": tries}
        roster.check_no, roster.checked_at = roster.check_no + 1, timezone.now()
        roster.save(update_fields=["reading", "check_no", "checked_at"])
        roster.rows.all().delete()
    return roster if is_unread(roster) else None


def _go_on(roster: Roster, recipients: dict[str, Any], *, at_once: bool) -> None:
    """Let another task read on, or the minute's net where Navigatr asked us to wait: no try is lost by it."""
    reading = roster.reading | {"recipients": recipients, "tries": 0}
    with transaction.atomic():
        mine = Roster.objects.filter(pk=roster.pk, check_no=roster.check_no, status=RosterStatus.UPLOADED)
        if mine.update(reading=reading, checked_at=timezone.now()) and at_once:
            enqueue.check_roster(roster.pk)


def _hold(roster: Roster, reading: dict[str, Any]) -> None:
    Roster.objects.filter(pk=roster.pk, check_no=roster.check_no).update(reading=reading)


def _write_all(roster: Roster, checked: Checked) -> None:
    """Part by part, so that nothing else waits for the database; the roster is `checked` with the last one."""
    _hold(roster, roster.reading | {"rows": len(checked.rows)})
    for start in range(0, len(checked.rows), AT_A_TIME):
        part = checked.rows[start : start + AT_A_TIME]
        with transaction.atomic():
            _still_mine(roster)
            write_rows(roster, part)
            if start + AT_A_TIME < len(checked.rows):
                Roster.objects.filter(pk=roster.pk).update(checked_at=timezone.now())
                continue
            changes = {"status": RosterStatus.CHECKED, "reading": checked.reading, "checked_at": checked.at}
            Roster.objects.filter(pk=roster.pk).update(**changes, check_no=F("check_no") + 1)
            audit.record("check", roster, by=roster.uploaded_by, rows=len(checked.rows))


def _still_mine(roster: Roster) -> None:
    try:
        found = lock(roster)
    except AlreadyTaken as error:
        raise _Overtaken from error
    if (found.status, found.check_no) != (RosterStatus.UPLOADED, roster.check_no):
        raise _Overtaken


def wake_unread() -> None:
    """Have files read whose check was lost or has died."""
    silent = Roster.objects.filter(status=RosterStatus.UPLOADED, checked_at__lt=timezone.now() - SILENT_FOR)
    for roster in silent.only("pk", "status", "reading"):
        _wake(roster)
