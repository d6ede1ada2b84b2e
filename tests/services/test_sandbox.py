"""The sandbox badge to oneself: consent and badge, both or neither."""

from uuid import uuid4

import pytest

from issuing.enums import Route
from issuing.exceptions import AlreadyTaken, InvalidInput
from issuing.models import Badge, ConsentRecord, ConsentStatement, Issuance, Learner, User
from issuing.services import sandbox, statements
from issuing.services.learners import Person
from tests.factories import make_badge, make_learner, make_text, make_user

pytestmark = pytest.mark.django_db

ROBIN = Person("Robin", "Reed", "robin@college.example.org")


@pytest.fixture
def badge(db: None) -> Badge:
    return make_badge(is_sandbox=True)


@pytest.fixture
def robin(db: None) -> User:
    return make_user("robin")


def send(badge: Badge, by: User, **changed: object) -> Issuance:
    given = {"badge": badge, "person": ROBIN, "agreed_to": statements.digest(sandbox.words(badge)), "by": by} | changed
    return sandbox.send_to_myself(**given)  # type: ignore[arg-type]


def test_sandbox_badge_is_confirmed_on_the_consent_of_whoever_asks(badge: Badge, robin: User) -> None:
    text = make_text(badge.provider)
    text.sha256 = statements.digest(text.body)
    issuance = send(badge, robin)
    record = ConsentRecord.objects.get()
    assert (issuance.email, issuance.learner, record.learner.full_name) == (ROBIN.email, record.learner, "Robin Reed")
    assert (record.text, record.route, record.recorded_by) == (text, Route.ONLINE, robin)
    assert record.evidence_note.endswith("signed in as robin.")


def test_sandbox_badge_gets_wording_of_its_own_when_none_was_published(badge: Badge, robin: User) -> None:
    send(badge, robin)
    statement = ConsentStatement.objects.get()
    assert (statement.badge, statement.texts.get().body) == (badge, sandbox.words(badge))


def test_sandbox_badge_is_sent_once_when_asked_twice_with_one_key(badge: Badge, robin: User) -> None:
    key = uuid4()
    assert send(badge, robin, key=key) == send(badge, robin, key=key)
    assert (Issuance.objects.count(), ConsentRecord.objects.count()) == (1, 1)


def test_nothing_is_left_when_the_badge_was_sent_already(badge: Badge, robin: User) -> None:
    send(badge, robin)
    with pytest.raises(AlreadyTaken):
        send(badge, robin)
    assert ConsentRecord.objects.count() == 1


def test_sandbox_badge_is_refused_when_the_words_have_changed(badge: Badge, robin: User) -> None:
    with pytest.raises(InvalidInput, match="The wording has changed"):
        send(badge, robin, agreed_to="0" * 64)
    assert not Learner.objects.exists()


def test_sandbox_badge_is_refused_when_the_address_is_somebody_elses(badge: Badge, robin: User) -> None:
    make_learner(ROBIN.email, first_name="Ana", last_name="Ng")
    with pytest.raises(InvalidInput, match="is known here as Ana Ng"):
        send(badge, robin)
    assert not ConsentRecord.objects.exists()


def test_real_badge_is_not_sent_on_a_tick(robin: User) -> None:
    with pytest.raises(InvalidInput, match="not marked as a sandbox badge"):
        send(make_badge(), robin)
