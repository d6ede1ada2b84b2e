"""Files that prove an answer: checked, encrypted, kept with it, gone with the learner."""

from uuid import uuid4

import pytest

from issuing.enums import Decision, Role, Route
from issuing.exceptions import InvalidInput
from issuing.models import ConsentEvidence, ConsentRecord
from issuing.services import consent, erasure
from issuing.services.consent import Answer, evidence
from tests.factories import LONG_AGO, make_learner, make_user

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7 signed by Ann Lee"


def declined(token: object) -> Answer:
    return Answer(Decision.DECLINED, Route.PAPER, LONG_AGO, evidence_file=token)  # type: ignore[arg-type]


@pytest.mark.parametrize("start", [b"%PDF-1.7", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0"])
def test_file_is_kept_encrypted_with_the_answer_it_proves(start: bytes) -> None:
    token = evidence.put_by(content=start + b"Ann", name="form\n1.pdf")
    record = consent.record(learner=make_learner(), answer=declined(token), by=make_user()).records[0]
    kept = ConsentEvidence.objects.get()
    assert (kept.record, kept.name, kept.size) == (record, "form 1.pdf", len(start) + 3)
    assert evidence.content_of(kept) == start + b"Ann"
    assert b"Ann" not in bytes(kept.sealed)


@pytest.mark.parametrize(
    ("content", "said"), [(b"", "is empty"), (b"MZ\x90", "neither a PDF"), (b"%PDF-" + b"a" * 5 * 1024 * 1024, "5 MB")]
)
def test_file_is_refused_when_it_is_none_that_is_kept(content: bytes, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        evidence.put_by(content=content, name="form.pdf")


def test_nothing_is_recorded_when_the_file_is_put_by_no_more() -> None:
    with pytest.raises(InvalidInput, match="Choose it again"):
        consent.record(learner=make_learner(), answer=declined(uuid4()), by=make_user())
    assert not ConsentRecord.objects.exists()


def test_file_goes_when_its_learner_is_erased() -> None:
    learner, by = make_learner(), make_user(role=Role.MANAGER)
    token = evidence.put_by(content=PDF, name="form.pdf")
    consent.record(learner=learner, answer=declined(token), by=by)
    erasure.erase(learner=learner, identity_note="Came with a passport.", by=by)
    assert (ConsentEvidence.objects.count(), ConsentRecord.objects.count()) == (0, 1)
