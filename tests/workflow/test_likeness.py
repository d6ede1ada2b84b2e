"""Whether two names may be one person's."""

from collections import namedtuple

import pytest

from issuing.workflow.likeness import same_name

Name = namedtuple("Name", "first_name last_name")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Zoë", "Núñez"), ("Zoe", "Nunez")),
        (("Anna Maria", "Berg"), ("Maria", "Lind")),
        (("Will", "O’Brien"), ("William", "O'Brien")),
        (("Ng", "Ana"), ("Ana", "Ng")),
        (("ANA", "NG"), ("Ana", "Ng")),
        (("B.", "Okafor"), ("Bea", "Okafor")),
        (("李", "小龙"), ("李", "小龙")),
    ],
)
def test_two_spellings_are_one_person_when_a_name_is_shared(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert (same_name(Name(*one), Name(*other)), same_name(Name(*other), Name(*one))) == (True, True)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Ana", "Ng"), ("Ben", "Ng")),
        (("Bea", "Okafor"), ("Ben", "Okafor")),
        (("Ana", "Ng"), ("Zoe", "Lee")),
        (("", "Ng"), ("Ana", "Lee")),
    ],
)
def test_two_people_are_not_one_when_only_the_family_is_shared(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert (same_name(Name(*one), Name(*other)), same_name(Name(*other), Name(*one))) == (False, False)
