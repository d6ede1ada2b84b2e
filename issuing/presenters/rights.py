"""How what learners ask for by right is said, and what erasing would do."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from issuing.enums import Right
from issuing.models import Issuance, Learner, RightsRequest
from issuing.presenters.dates import day, day_and_time
from issuing.services.erasure import Foreseen

SOON_DAYS = 7


@dataclass(frozen=True, slots=True)
class Asked:
    """One request in words.

    Args:
        sentence (str): "Asked on 4 May 2026 to be erased. Due 4 June 2026."
        tone (str): bad where the day is over, wait where it is near, else empty.
        left (str): "in 12 days", "today", "3 days late".
    """

    request: RightsRequest
    sentence: str
    right: str
    asked: str
    due: str
    left: str
    tone: str
    is_to_erase: bool


def asked(request: RightsRequest, today: date) -> Asked:
    """One request, as of today."""
    days = (request.due_on - today).days
    wants = _("to be erased") if request.right == Right.ERASE else _("to see everything we hold about them")
    values = {"asked": day(request.received_on), "wants": wants, "due": day(request.due_on)}
    return Asked(
        request=request,
        sentence=_("They asked on %(asked)s %(wants)s. Due %(due)s.") % values,
        right=str(Right(request.right).label),
        asked=values["asked"],
        due=values["due"],
        left=_left(days),
        tone="bad" if days < 0 else "wait" if days <= SOON_DAYS else "",
        is_to_erase=request.right == Right.ERASE,
    )


def _left(days: int) -> str:
    if days == 0:
        return _("today")
    if days < 0:
        return ngettext("%d day late", "%d days late", -days) % -days
    return ngettext("in %d day", "in %d days", days) % days


def goes(learner: Learner, found: Foreseen) -> list[str]:
    """What erasing takes away, a sentence each."""
    number = _("Their names, e-mail address and student number, everywhere.")
    lines = [number if learner.student_number else _("Their names and e-mail address, everywhere.")]
    if found.sent or found.waiting:
        lines.append(_("Evidence, organisation and reasons on their badges, and Navigatr’s words about each call."))
    if found.answers:
        lines.append(_("Notes, evidence and guardians’ names on their answers. Links for answering open nothing more."))
    return [*lines, *_counted(found), *_files(found)]


def _counted(found: Foreseen) -> list[str]:
    waits = ngettext(
        "%d badge is stopped before it is sent.", "%d badges are stopped before they are sent.", found.waiting
    )
    rows = ngettext("Their row on a class list is blanked.", "Their %d rows on class lists are blanked.", found.rows)
    told = [(found.waiting, waits), (found.rows, rows)]
    return [said % count if "%d" in said else said for count, said in told if count]


def _files(found: Foreseen) -> list[str]:
    lines = []
    if found.files:
        names = ", ".join(str(one) for one in found.files)
        said = ngettext(
            "The uploaded file that names them: %s.", "The uploaded files that name them: %s.", len(found.files)
        )
        lines.append(f"{said % names} {_('The checked rows of others stay.')}")
    if found.unread:
        names = ", ".join(str(one) for one in found.unread)
        lines.append(_("Uploads that are not read yet: %s. Upload them again without this person.") % names)
    return lines


def stays(found: Foreseen) -> list[str]:
    """What erasing leaves, and why, a sentence each."""
    lines = [_("A code made from the e-mail address, which nobody can read back: so that they are not sent to again.")]
    if found.sent:
        lines.append(_("Which badges were sent and when, without a name: so that the numbers stay true."))
    if found.answers:
        lines.append(_("Each answer with its day, way and wording, without a name: so that consent can be proved."))
    if found.shared:
        names = ", ".join(one.name for one in found.shared)
        lines.append(_("A file that proves the answers of others too, and may still show this person: %s.") % names)
    lines.append(_("That they were erased, when, by whom, and your note: so that a restored backup can be cleaned."))
    return lines


def support_text(learner: Learner, found: Foreseen) -> str:
    """What Navigatr's support needs to erase the person there; empty where Navigatr has nothing from here."""
    if not found.sent:
        return ""
    begin = _("A learner has asked us to be erased. Please erase their personal data at Navigatr too.")
    lines = [f"{begin} {_('Tell us when it is done.')}"]
    lines.append(_("Name: %s") % learner.full_name)
    lines.append(_("E-mail address: %s") % ", ".join(_addresses(learner, found)))
    lines += [_record(one) for one in found.sent]
    return "\n".join(lines)


def _addresses(learner: Learner, found: Foreseen) -> list[str]:
    return list(dict.fromkeys([learner.email, *(one.email for one in found.sent if one.email)]))


def _record(issuance: Issuance) -> str:
    numbers = ", ".join(one.navigatr_id for one in issuance.assertions.all()) or _("not known to us")
    badge = issuance.badge
    values = {
        "badge": badge.name,
        "id": badge.navigatr_id,
        "provider": badge.provider.name,
        "when": day_and_time(issuance.issued_at or issuance.changed_at),
        "numbers": numbers,
    }
    return _("Badge: %(badge)s (%(id)s) from %(provider)s, sent %(when)s; your record: %(numbers)s") % values
