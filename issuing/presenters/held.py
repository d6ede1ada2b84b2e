"""Everything held about one learner, as a person reads it: the same values as the file for machines, in words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from issuing.enums import (
    Decision,
    Disposition,
    Effect,
    Giver,
    IssuanceStatus,
    MailKind,
    MailStatus,
    Outcome,
    RevocationOutcome,
    Right,
    Route,
    RowDecision,
    StatementKind,
    StatusReason,
)
from issuing.presenters.dates import day, day_and_time

_LABELS: Final[dict[str, Promise]] = {
    "first_name": lazy("First name"),
    "last_name": lazy("Last name"),
    "email": lazy("E-mail address"),
    "student_number": lazy("Student number"),
    "created_at": lazy("Kept since"),
    "on_hold_since": lazy("On hold since"),
    "on_hold_note": lazy("Why on hold"),
    "erased_at": lazy("Erased"),
    "erased_before": lazy("Erased before, and came back"),
    "merged": lazy("Entries merged into this one"),
    "decision": lazy("Answer"),
    "decided_at": lazy("Decided"),
    "decided_by": lazy("Decided by"),
    "route": lazy("How"),
    "giver": lazy("Who answered"),
    "giver_name": lazy("Name of who answered for them"),
    "giver_relation": lazy("Relation"),
    "file": lazy("File that proves it"),
    "giver_reason": lazy("Why they may answer"),
    "giver_contact": lazy("How to reach them"),
    "under_13_since": lazy("Noted as under 13"),
    "ends_at": lazy("Counts until"),
    "evidence_note": lazy("Evidence"),
    "recorded_at": lazy("Recorded"),
    "recorded_by": lazy("Recorded by"),
    "invalidated_at": lazy("Marked as recorded in error"),
    "invalidated_by": lazy("Marked by"),
    "invalidated_note": lazy("Why"),
    "provider": lazy("Organisation"),
    "version": lazy("Version of the wording"),
    "kind": lazy("Whose words"),
    "published_at": lazy("Published"),
    "language": lazy("Language"),
    "sha256": lazy("SHA-256 of the words"),
    "body": lazy("The words"),
    "status": lazy("Status"),
    "reason": lazy("Reason"),
    "detail": lazy("Details"),
    "organisation": lazy("Organisation sent along"),
    "issue_date": lazy("Issue date"),
    "end_date": lazy("Expiry date"),
    "evidence_text": lazy("Evidence text"),
    "evidence_url": lazy("Evidence link"),
    "reissue_no": lazy("Issued again, number"),
    "reissue_reason": lazy("Why issued again"),
    "confirmed_at": lazy("Confirmed"),
    "confirmed_by": lazy("Confirmed by"),
    "not_before": lazy("Not before"),
    "changed_at": lazy("Last changed"),
    "issued_at": lazy("Sent"),
    "perhaps_twice_since": lazy("Possibly sent twice since"),
    "roster": lazy("Class list"),
    "allowed_by": lazy("Allowed by the answer with number"),
    "uuid": lazy("Our number"),
    "uploaded_at": lazy("Uploaded"),
    "uploaded_by": lazy("Uploaded by"),
    "row_no": lazy("Row"),
    "problems": lazy("Problems"),
    "repairs": lazy("Put right"),
    "disposition": lazy("What it came to"),
    "right": lazy("Asked to"),
    "received_on": lazy("Asked on"),
    "due_on": lazy("Due"),
    "noted_at": lazy("Noted"),
    "noted_by": lazy("Noted by"),
    "closed_at": lazy("Answered"),
    "closed_by": lazy("Answered by"),
}

_ACTS: Final[dict[tuple[str, str], Promise]] = {
    ("learner", "add"): lazy("added this entry"),
    ("learner", "add_again"): lazy("added this entry, as they came back"),
    ("learner", "correct"): lazy("corrected it"),
    ("learner", "hold"): lazy("put it on hold"),
    ("learner", "release"): lazy("took the hold off"),
    ("learner", "note_under_13"): lazy("noted that they are under 13"),
    ("learner", "note_13"): lazy("noted that they are 13 or over"),
    ("learner", "merge"): lazy("merged two entries"),
    ("learner", "export"): lazy("handed out everything we hold"),
    ("learner", "erase"): lazy("erased it"),
    ("consentrecord", "give"): lazy("recorded a yes"),
    ("consentrecord", "decline"): lazy("recorded a no"),
    ("consentrecord", "withdraw"): lazy("recorded a withdrawal"),
    ("consentrecord", "invalidate"): lazy("marked an answer as recorded in error"),
    ("consentrecord", "repeat"): lazy("repeated a no when entries were merged"),
    ("consentrecord", "mail"): lazy("had a receipt e-mailed"),
    ("consentrequest", "request"): lazy("asked them for consent by e-mail"),
    ("consentrequest", "send_again"): lazy("had a request e-mailed again"),
    ("consentrequest", "arrived"): lazy("noted that a request arrived"),
    ("consentrequest", "undelivered"): lazy("noted that a request was not delivered"),
    ("consentrequest", "stop"): lazy("stopped asking them"),
    ("consentmail", "mail_again"): lazy("had a link or receipt e-mailed again"),
    ("consentmail", "arrived"): lazy("noted that a link or receipt arrived"),
    ("consentmail", "undelivered"): lazy("noted that a link or receipt was not delivered"),
    ("consentmail", "set_aside"): lazy("noted that no more is to be done about a link or receipt"),
    ("issuance", "confirm"): lazy("had a badge sent"),
    ("issuance", "correct"): lazy("corrected a badge and had it sent"),
    ("issuance", "cancel"): lazy("stopped a badge"),
    ("issuance", "revoke"): lazy("had a badge revoked"),
    ("issuance", "settle"): lazy("settled what became of a badge"),
    ("issuance", "look"): lazy("looked whether a badge was sent twice"),
    ("rightsrequest", "note"): lazy("noted a request"),
    ("rightsrequest", "close"): lazy("marked a request as answered"),
}
_CHOICES: Final[dict[str, Any]] = {
    "decision": Decision,
    "route": Route,
    "giver": Giver,
    "kind": StatementKind,
    "status": IssuanceStatus,
    "reason": StatusReason,
    "disposition": Disposition,
    "right": Right,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One record: its title, its values with their names, and what happened to it, a line each."""

    title: str
    values: list[tuple[str, str]]
    happened: list[str]


@dataclass(frozen=True, slots=True)
class Section:
    """Records of one kind; `none` says that there are none."""

    title: str
    none: str
    entries: list[Entry]


def sections(held: Mapping[str, Any]) -> list[Section]:
    """What `learners.held` found, in the order in which a person asks."""
    e_mailed, acts = held["asked"] or held["mails"], held["acts"]
    return [
        Section(_("Who it is"), "", [Entry("", _values(held["learner"]), [])]),
        Section(_("Answers"), _("No answer is recorded."), [_consent(one) for one in held["consent"]]),
        Section(_("E-mails about consent"), _("None was sent."), [_e_mailed(held)] if e_mailed else []),
        Section(_("Badges"), _("No badge was sent from here."), [_badge(one) for one in held["badges"]]),
        Section(_("Class lists"), _("On no class list."), [_row(one) for one in held["roster_rows"]]),
        Section(_("Requests to see or to erase"), _("None was noted."), [_request(one) for one in held["requests"]]),
        Section(_("What was done, and by whom"), _("Nothing but what stands above."), [_done(acts)] if acts else []),
    ]


def _consent(one: Mapping[str, Any]) -> Entry:
    words = one["words"] or {}
    about = words.get("badge") or words.get("provider") or _("any badge")
    told = {name: value for name, value in words.items() if name not in ("provider", "badge")}
    title = _("%(answer)s: %(about)s") % {"answer": Decision(one["decision"]).label, "about": about}
    proof = {"file": one["evidence"]["name"]} if one["evidence"] else {}
    return Entry(title, _values(one, but=("decision", "words", "evidence")) + _values(proof) + _values(told), [])


def _e_mailed(held: Mapping[str, Any]) -> Entry:
    return Entry("", [], [_asked(one) for one in held["asked"]] + [_mail(one) for one in held["mails"]])


def _asked(one: Mapping[str, Any]) -> str:
    """Who asked about what, and what came of it."""
    told = {"who": one["asked_by"], "when": _moment(one["asked_at"]), "about": one["badge"] or one["provider"]}
    said = _("%(who)s asked on %(when)s about %(about)s, version %(version)s of the words.") % {**one, **told}
    answer = f" {Decision(one['answer']).label}, {_moment(one['answered_at'])}." if one["answered_at"] else ""
    return said + answer + (_(" Stopped %s.") % _moment(one["stopped_at"]) if one["stopped_at"] else "")


def _mail(one: Mapping[str, Any]) -> str:
    told = [str(MailKind(one["kind"]).label), _moment(one["ended_at"] or one["due_at"])]
    told += [str(MailStatus(one["status"]).label), *([one["detail"]] if one["detail"] else [])]
    return f"{', '.join(told)}."


def _badge(one: Mapping[str, Any]) -> Entry:
    happened = [_call(call) for call in one["attempts"]]
    happened += [_record(record) for record in one["navigatr_records"]]
    happened += [_looked(look) for look in one["looks"]]
    happened += [_revoked(asked) for asked in one["revocations"]]
    lists = ("badge", "provider", "attempts", "looks", "navigatr_records", "revocations")
    return Entry(f"{one['badge']} ({one['provider']})", _values(one, but=lists), happened)


def _call(one: Mapping[str, Any]) -> str:
    outcome = Outcome(one["outcome"]).label if one["outcome"] else _("no end known")
    more = [str(one[name]) for name in ("status_code", "detail") if one[name]]
    said = f"{outcome} ({', '.join(more)})" if more else str(outcome)
    if one["effect"] == Effect.UNKNOWN:
        said += "; " + _("it may have arrived")
    values = {"number": one["number"], "when": _moment(one["claimed_at"]), "said": said}
    answer = _(" Its answer: %s") % _plain(one["answer"]) if one["answer"] else ""
    return _("Call %(number)s, %(when)s: %(said)s.") % values + answer


def _record(one: Mapping[str, Any]) -> str:
    told = [f"{_('Navigatr’s record')} {one['navigatr_id']}"]
    told += [str(one["status"])] if one["status"] else []
    told += [_("made %s") % _moment(one["time_created"])] if one["time_created"] else []
    told += [_("claimed %s") % _moment(one["time_claimed"])] if one["time_claimed"] else []
    return ", ".join([*told, _("read %s") % _moment(one["read_at"])]) + "."


def _looked(one: Mapping[str, Any]) -> str:
    seen = ", ".join(one["matches"]) or _("nothing")
    return _("Looked on Navigatr’s list %(when)s, found: %(seen)s.") % {"when": _moment(one["began_at"]), "seen": seen}


def _revoked(one: Mapping[str, Any]) -> str:
    outcome = RevocationOutcome(one["outcome"]).label if one["outcome"] else _("asked")
    values = {"who": one["asked_by"], "when": _moment(one["asked_at"]), "why": one["reason"], "outcome": outcome}
    said = _("%(who)s asked Navigatr on %(when)s to revoke it (“%(why)s”): %(outcome)s.") % values
    return f"{said} {one['detail']}" if one["detail"] else said


def _row(one: Mapping[str, Any]) -> Entry:
    told = dict(one)
    told["problems"] = [problem[2] for problem in one["problems"]]
    told["decision"] = RowDecision(one["decision"]).label if one["decision"] else None
    title = _("Row %(row)s of %(roster)s") % {"row": one["row_no"], "roster": one["roster"]}
    return Entry(title, _values(told, but=("row_no", "roster"), choices=_CHOICES | {"decision": None}), [])


def _request(one: Mapping[str, Any]) -> Entry:
    return Entry(str(Right(one["right"]).label), _values(one, but=("right",)), [])


def _done(acts: Sequence[Mapping[str, Any]]) -> Entry:
    return Entry("", [], [_act(one) for one in acts])


def _act(one: Mapping[str, Any]) -> str:
    who = one["by"] or _("the program")
    details = ", ".join(f"{name}: {_plain(value)}" for name, value in one["details"].items() if value)
    act = _ACTS.get((one["subject"], one["verb"])) or f"{one['verb'].replace('_', ' ')} {one['subject']}"
    said = f"{_moment(one['at'])}, {who}: {act}"
    return f"{said} ({details})" if details else said


def _values(
    one: Mapping[str, Any], *, but: Sequence[str] = (), choices: Mapping[str, Any] = _CHOICES
) -> list[tuple[str, str]]:
    shown = {name: value for name, value in one.items() if name not in but and value not in (None, "", [], 0)}
    return [(_label(name), _said(value, choices.get(name))) for name, value in shown.items()]


def _label(name: str) -> str:
    return str(_LABELS.get(name) or name.replace("_", " ").capitalize())


def _said(value: Any, choice: Callable[[Any], Any] | None) -> str:
    return str(choice(value).label) if choice else _moment(value) if isinstance(value, str) else _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_moment(one) if isinstance(one, str) else _plain(one) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_plain(one)}" for name, one in value.items())
    return str(value)


def _moment(text: str) -> str:
    """A text, and a moment or a day as it is said here."""
    if len(text) < 10 or text[4:5] != "-":
        return text
    try:
        return day(date.fromisoformat(text)) if len(text) == 10 else day_and_time(datetime.fromisoformat(text))
    except ValueError:
        return text
