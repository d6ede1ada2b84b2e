"""Tags in an address, and what they ask for."""

import pytest

from issuing.practice.faults import ANSWERS, FAULTS, LISTINGS, OUTAGES, Tag, parse_tags
from issuing.practice.messages import Reply


@pytest.mark.parametrize("name", FAULTS)
def test_tag_is_known_by_its_name_when_an_address_carries_it(name: str) -> None:
    fault = FAULTS[name]
    assert parse_tags(f"ana+{name}@example.org") == (Tag(fault, fault.number or 0, once=False),)
    assert parse_tags(f"Ana+{name.upper()}-ONCE@example.org") == (Tag(fault, fault.number or 0, once=True),)


@pytest.mark.parametrize(
    ("tag", "name", "number"),
    [
        ("redirect-8080", "redirect", 8080),
        ("slow-12", "slow", 12),
        ("429-retry-after-7", "429-retry-after", 7),
        ("listed-after-90-once", "listed-after", 90),
    ],
)
def test_tag_takes_its_number_when_it_may_have_one(tag: str, name: str, number: int) -> None:
    (found,) = parse_tags(f"ana+{tag}@example.org")
    assert (found.fault.name, found.number) == (name, number)


@pytest.mark.parametrize(
    "tag", ["", "work", "500", "500-after-7", "slow-", "slow-123456", "slow-x", "once", "-once", "99"]
)
def test_tag_is_a_part_of_the_address_when_it_is_unknown(tag: str) -> None:
    assert parse_tags(f"ana+{tag}@example.org") == ()


@pytest.mark.parametrize(
    "address", ["ana@example.org", "500-after@example.org", "ana@500-after+422.example.org", "", "@"]
)
def test_address_has_no_tags_when_nothing_follows_a_plus(address: str) -> None:
    assert parse_tags(address) == ()


def test_tags_are_kept_in_order_when_there_are_several() -> None:
    found = parse_tags("ana+work+500-after-once+redacted@example.org")
    assert [(tag.fault.name, tag.once) for tag in found] == [("500-after", True), ("redacted", False)]


def test_every_name_is_given_once_when_the_tables_are_read() -> None:
    assert len(FAULTS) == len(ANSWERS) + len(LISTINGS)
    assert set(OUTAGES) <= {fault.name for fault in ANSWERS}


@pytest.mark.parametrize("name", OUTAGES)
def test_outage_needs_no_assertion_when_it_makes_its_answer(name: str) -> None:
    assert Tag(FAULTS[name], 0, once=False).apply(Reply(body=b"[]")).fault == name
