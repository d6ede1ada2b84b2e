"""Finding a learner by address, and adding those nobody knows."""

from typing import Any

import pytest

from issuing.exceptions import AlreadyTaken, InvalidInput
from issuing.models import AuditEvent, Learner, email_key
from issuing.services import learners
from issuing.services.learners import Person, add_many, adding, find_or_add
from tests.factories import make_learner, make_user

pytestmark = pytest.mark.django_db


def person(email: str, student_number: str = "", first_name: str = "Ann") -> Person:
    return Person(first_name, "Lee", email, student_number)


def add(*people: Person) -> dict[str, Learner]:
    """Who the addresses belong to, under each as it was typed."""
    found = add_many(people=[(email_key(one.email), one) for one in people], by=make_user())
    return {one.email: found[email_key(one.email)] for one in people}


def added() -> list[Any]:
    return list(AuditEvent.objects.filter(verb="add", subject="learner").values_list("subject_uuid", flat=True))


def test_find_or_add_adds_a_learner_when_the_address_is_new() -> None:
    by = make_user()
    typed = Person(" Zoë ", "Núñez", "Zoë <zoe.nunez@EXAMPLE.org>", ' ="00123" ')

    learner = find_or_add(person=typed, by=by)

    kept = Learner.objects.values_list("first_name", "last_name", "email", "student_number").get(pk=learner.pk)
    assert kept == ("Zoë", "Núñez", "zoe.nunez@example.org", "00123")
    assert AuditEvent.objects.get().subject_uuid == learner.uuid


def test_find_or_add_leaves_a_learner_as_they_are_when_the_address_is_known() -> None:
    known = make_learner("Ann.Lee@example.org", first_name="Annabel")

    found = find_or_add(person=person("ann.lee@EXAMPLE.org"), by=make_user())

    assert (found, found.first_name, Learner.objects.count(), added()) == (known, "Annabel", 1, [])


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (Person("", "Lee", "ann@example.org"), "The first name is missing."),
        (Person("Ann", "", "ann@example.org"), "The last name is missing."),
        (Person("Ann", "Lee", "ann"), "This is not an e-mail address"),
        (Person("Ann", "Lee", "ann@example.org", "9" * 51), "The student number is longer than 50 characters."),
    ],
)
def test_find_or_add_refuses_a_person_when_something_cannot_be_used(typed: Person, sentence: str) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        find_or_add(person=typed, by=make_user())

    assert Learner.objects.count() == 0


def test_find_or_add_refuses_a_student_number_when_it_is_somebody_elses() -> None:
    make_learner(student_number="00123")

    with pytest.raises(InvalidInput, match="Another learner has this student number already"):
        find_or_add(person=person("ann@example.org", "00123"), by=make_user())

    assert (Learner.objects.count(), added()) == (1, [])


def test_find_or_add_finds_the_learner_when_somebody_adds_them_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    def add_first(*_: object) -> Learner:
        known = make_learner("ann@example.org")
        return Learner(email=known.email, email_key=known.email_key, first_name="Ann", last_name="Lee")

    monkeypatch.setattr(adding, "built", add_first)

    found = find_or_add(person=person("ann@example.org"), by=make_user())

    assert (found, added()) == (Learner.objects.get(), [])


def test_add_many_adds_only_new_people_when_some_are_known() -> None:
    known = make_learner("ann@example.org", first_name="Annabel")

    found = add(person("Ann@Example.org"), person("bo@example.org", first_name="Bo"))

    new = Learner.objects.get(email="bo@example.org")
    assert list(found.values()) == [known, new]
    assert (found["Ann@Example.org"].first_name, new.first_name, added()) == ("Annabel", "Bo", [new.uuid])


def test_add_many_takes_the_first_when_one_address_comes_twice() -> None:
    found = add(person("ann@example.org"), person("ANN@example.org", first_name="Anna"))

    assert {one.first_name for one in found.values()} == {"Ann"}
    assert Learner.objects.count() == 1


def test_add_many_adds_nobody_when_done_twice() -> None:
    people = [person(f"ann{number}@example.org") for number in range(3)]

    first, second = add(*people), add(*people)

    assert (first, len(added())) == (second, 3)


def test_add_many_leaves_a_student_number_out_when_it_is_somebody_elses() -> None:
    make_learner(student_number="1")

    found = add(person("ann@example.org", "1"), person("bo@example.org", "2"), person("cy@example.org", "2"))

    numbers = [found[name].student_number for name in ("ann@example.org", "bo@example.org", "cy@example.org")]
    assert sorted(numbers) == ["", "", "2"]
    assert numbers[0] == ""


def test_add_many_adds_everybody_when_a_student_number_is_taken_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    make_learner(student_number="1")
    monkeypatch.setattr(adding, "_taken_numbers", lambda _: set())

    found = add(person("ann@example.org", "1"), person("bo@example.org", "2"))

    assert [one.student_number for one in found.values()] == ["", "2"]
    assert sorted(added()) == sorted(one.uuid for one in found.values())


def test_add_many_takes_a_learner_as_they_are_when_somebody_adds_them_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def add_first(_: object) -> dict[str, str]:
        make_learner("ann@example.org", first_name="Annabel")
        return {}

    monkeypatch.setattr(adding, "_free_numbers", add_first)

    found = add(person("ann@example.org"), person("bo@example.org"))

    assert found["ann@example.org"].first_name == "Annabel"
    assert added() == [found["bo@example.org"].uuid]


def test_add_many_asks_for_all_at_once_when_there_are_many(django_assert_max_num_queries: Any) -> None:
    people = [person(f"ann{number}@example.org", f"n{number}") for number in range(200)]

    with django_assert_max_num_queries(10 + len(people)):  # one event each
        add(*people)

    with django_assert_max_num_queries(3):
        add(*people)


def test_lock_many_locks_in_the_order_of_ids_when_given_any(django_assert_num_queries: Any) -> None:
    one, other = make_learner(), make_learner()

    with django_assert_num_queries(1) as captured:
        learners.lock_many([other.pk, one.pk, other.pk])

    assert captured[0]["sql"].partition("ORDER BY")[2].startswith(" 1 ASC")


def test_add_refuses_an_address_that_is_a_learners_already() -> None:
    make_learner("ann@example.org")
    with pytest.raises(AlreadyTaken, match="exists already"):
        learners.add(person=person("ANN@example.org"), by=make_user())


@pytest.mark.parametrize("text", ["nunez", "ZOË nú", "00123", "z.n@example", "zoe  n"])
def test_learner_is_found_by_any_part_of_what_they_are_known_by(text: str) -> None:
    make_learner("other@example.org", first_name="Bo", last_name="Ito")
    found = make_learner("Z.N@example.org", student_number="00123")
    assert list(Learner.objects.matching(text)) == [found]


def test_learner_is_not_found_by_what_only_looks_like_a_pattern() -> None:
    make_learner()
    assert not Learner.objects.matching("%").exists()
