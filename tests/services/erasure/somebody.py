"""One learner with every kind of record, and whatever could still name them."""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.cache import cache
from django.utils import timezone
from django_q.models import Task

from issuing.enums import Decision, MailStatus, Right
from issuing.fields import Secret, encrypt
from issuing.models import (
    Assertion,
    Attempt,
    Badge,
    ConsentEvidence,
    ConsentLink,
    ConsentMail,
    ConsentRecord,
    ConsentRequest,
    ConsentText,
    Issuance,
    Learner,
    Look,
    Revocation,
    RightsRequest,
    Roster,
)
from issuing.services import audit
from issuing.validators import search_form
from tests import factories as make

FIRST, LAST, EMAIL, NUMBER = "Zoëlla", "Quimbydóttir", "zoella.quimby@example.org", "ZQ77123"
OLD_EMAIL, GUARDIAN, STORY = "zoella.old@example.net", "Marguerita Quimbydóttir", "Wexfordian harpsichord"
NAMING = (FIRST, LAST, EMAIL, NUMBER, OLD_EMAIL, GUARDIAN, STORY)
SPELT = {form for text in NAMING for form in (text, text.casefold(), search_form(text), ascii(text)[1:-1])}
"""Every form in which one of them may be written down, also as JSON escapes letters: \\xeb and \\u00eb."""
SPELT |= {form.replace("\\x", "\\u00") for form in SPELT}


@dataclass(frozen=True)
class Somebody:
    """The learner, what was issued to them, and the lists they are on."""

    learner: Learner
    sent: Issuance
    waiting: Issuance
    refused: Issuance
    yes: ConsentRecord
    run: Roster
    checked: Roster


def make_somebody(badge: Badge, **fields: Any) -> Somebody:
    """Somebody whose name, address, number and story stand wherever one can."""
    names = {"first_name": FIRST, "last_name": LAST, "student_number": NUMBER}
    learner = make.make_learner(EMAIL, **names, on_hold_since=timezone.now(), on_hold_note=f"{FIRST} asked", **fields)
    _merged_long_ago(make.make_learner("b@example.org", merged_into=learner, first_name=FIRST))
    text = ConsentText.objects.filter(statement__provider=badge.provider).first() or make.make_text(badge.provider)
    yes = make.make_consent(learner, text, evidence_note=f"Form of {FIRST}, {STORY}")
    _guarded(learner, text)
    run = make.make_running(badge, file_name=f"{FIRST} {LAST}.csv", group=f"{FIRST} {LAST}", keeps_original=True)
    _told(run)
    badges = [
        _badge(badge if number == 0 else make.make_badge(badge.provider, navigatr_id=60 + number), learner, number)
        for number in range(3)
    ]
    sent, waiting, refused = badges
    row = make.make_row(run, EMAIL, row_no=1, learner=learner, **_named())
    Issuance.objects.filter(pk=sent.pk).update(row=row, roster=run, allowed_by=yes)
    _calls(sent)
    _acts(learner, sent)
    _asked(learner, badge, yes)
    return Somebody(learner, sent, waiting, refused, yes, run, _checked(badge, learner))


def _named() -> dict[str, Any]:
    return {
        "first_name": FIRST, "last_name": LAST, "student_number": NUMBER, "organisation": STORY,
        "evidence_text": STORY, "evidence_url": f"https://example.org/{EMAIL}",
        "issue_date": f"for {FIRST}", "end_date": f"for {LAST}",
    }  # fmt: skip


def _guarded(learner: Learner, text: Any) -> None:
    guardian = {"giver": "guardian", "giver_name": GUARDIAN, "giver_relation": f"mother of {FIRST}"}
    guardian |= {"giver_reason": f"{FIRST} is ill", "giver_contact": f"{GUARDIAN}, 01632"}
    record = make.make_consent(learner, text, Decision.DECLINED, **guardian)
    scan = {"name": f"{FIRST}.pdf", "kind": "application/pdf", "size": 9, "sha256": "0"}
    proof = ConsentEvidence.objects.create(record=record, **scan, sealed=b"")
    ConsentEvidence.objects.filter(pk=proof.pk).update(sealed=encrypt(f"%PDF-{STORY}".encode(), str(proof.uuid)))
    ConsentRecord.objects.filter(pk=record.pk).update(
        invalidated_at=timezone.now(), invalidated_by=make.make_user(), invalidated_note=f"It was {GUARDIAN}"
    )


def _told(roster: Roster) -> None:
    """The file itself, and how it was read."""
    reading = {"said": "CSV.", "samples": [FIRST, LAST, "Núñez"], "sheet": f"{FIRST} {LAST}", "header_row": 1}
    content = f"First name,Last name,Email,Note\n{FIRST},{LAST},{EMAIL},{STORY}\n".encode()
    decided = {"reissue_reason": f"{FIRST} lost hers", "reissue_decided_at": timezone.now()}
    decided |= {"reissue_decided_by": make.make_user()}
    Roster.objects.filter(pk=roster.pk).update(reading=reading, original=encrypt(content, str(roster.uuid)), **decided)


def _badge(badge: Badge, learner: Learner, number: int) -> Issuance:
    status = ("issued", "queued", "rejected")[number]
    ended = {"issued_at": timezone.now()} if status == "issued" else {}
    issuance = make.make_issuance(
        badge, learner, status=status, reason="refused_by_navigatr" if status == "rejected" else "",
        detail=f"{EMAIL} is no address", organisation=STORY, evidence_text=STORY,
        evidence_url=f"https://example.org/{NUMBER}", reissue_no=1, reissue_reason=f"{FIRST} lost it", **ended,
    )  # fmt: skip
    issuance.email, issuance.email_key = (
        (OLD_EMAIL, make.email_key(OLD_EMAIL)) if number == 2 else (EMAIL, learner.email_key)
    )
    issuance.save()
    return issuance


def _calls(sent: Issuance) -> None:
    now = timezone.now()
    attempt = Attempt.objects.create(
        issuance=sent, number=1, connection=sent.badge.provider.connection, secret_version=1, worker="w",
        claimed_at=now, slot_at=now,
    )  # fmt: skip
    Attempt.objects.filter(pk=attempt.pk).update(
        outcome="issued", effect="one", ended_at=now, status_code=200, detail=f"{EMAIL} exists",
        answer={"id": 8812, "note": f"{FIRST} {LAST}"},
    )  # fmt: skip
    known = {"badge": sent.badge, "navigatr_id": "8812", "issuance": sent, "email_key": sent.email_key}
    Assertion.objects.create(**known, status="Pending", read_at=now)
    Look.objects.create(issuance=sent, attempt_no=1, began_at=now, matches=["8812"])
    asked = {"issuance": sent, "reason": f"{FIRST} wished so", "asked_at": now, "asked_by": make.make_user()}
    Revocation.objects.create(**asked, ended_at=now, outcome="refused", detail=f"No {EMAIL}")
    Revocation.objects.create(**asked)


def _acts(learner: Learner, sent: Issuance) -> None:
    staff = make.make_user()
    audit.record("hold", learner, by=staff)
    audit.record("settle", sent, by=staff, verdict="marked_sent", attempt=1, reason=f"{FIRST} is on the list")
    now = timezone.now()
    error = {"id": uuid.uuid4().hex, "name": "t", "func": "f", "started": now, "stopped": now, "success": False}
    Task.objects.create(**error, result=f"IntegrityError: {EMAIL} exists")
    cache.set("consent-file-1", f"{FIRST},{LAST},{EMAIL}")


def _asked(learner: Learner, badge: Badge, yes: ConsentRecord) -> None:
    now, staff = timezone.now(), make.make_user()
    ConsentLink.objects.create(
        learner=learner, email_key=learner.email_key, token_hash="h", secret=Secret(f"s {EMAIL}"), made_at=now
    )
    told = {"learner": learner, "text": yes.text, "asked_at": now, "asked_by": staff}
    request = ConsentRequest.objects.create(**told, about=f"badge:{badge.pk}")
    mail = {"learner": learner, "request": request, "kind": "ask", "due_at": now}
    ConsentMail.objects.create(**mail)
    gone = {"status": MailStatus.REFUSED, "marked_at": now, "ended_at": now, "tries": 1, "email_key": learner.email_key}
    ConsentMail.objects.create(**mail, **gone, detail=f"550 {EMAIL} unknown")
    days = {"received_on": date(2026, 5, 4), "due_on": date(2026, 6, 4)}
    RightsRequest.objects.create(learner=learner, right=Right.ERASE, noted_at=now, noted_by=staff, **days)


def _merged_long_ago(entry: Learner) -> None:
    """What a merge did not take along in earlier versions."""
    now = timezone.now()
    told = {"learner": entry, "kind": "link", "email_key": entry.email_key, "due_at": now, "marked_at": now}
    ConsentMail.objects.create(**told, status=MailStatus.REFUSED, tries=1, detail=f"550 {LAST}")
    make.make_link(entry)


def _checked(badge: Badge, learner: Learner) -> Roster:
    """A list that is not confirmed: rows under their address, under their number, and one of somebody else."""
    roster = make.make_roster(badge, file_name="people.csv", uploaded_at=timezone.now() - timedelta(days=1))
    _told(roster)
    problem = [["email", "not_an_address", f"{EMAIL} is none", EMAIL]]
    Roster.objects.filter(pk=roster.pk).update(choices={"sheet": f"{FIRST} {LAST}"})
    make.make_row(roster, EMAIL, row_no=1, problems=problem, repairs=[f"{FIRST} was in capitals"], **_named())
    make.make_row(roster, "zoella@elsewhere.example.org", row_no=2, **_named())
    make.make_row(roster, "ben@example.org", row_no=3, first_name="Ben", last_name="Ng")
    return roster
