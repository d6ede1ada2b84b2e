"""Whether a text names a person."""

import pytest

from issuing.services.erasure.naming import Names

NAMES = Names.of([("Zoë", "Núñez-O’Brien"), ("", "")], ["Zoe.N@example.org", "7", "00123"])


@pytest.mark.parametrize(
    "text",
    ["Zoe Nunez O'Brien", "NÚÑEZ-O’BRIEN, ZOË", "x_zoe_nunez-o'brien.csv", "to zoe.n@EXAMPLE.org.", "number 00123!"],
)
def test_text_about_them_is_known_by_name_address_or_number(text: str) -> None:
    assert NAMES.are_in(text)
    assert NAMES.touch(text)


@pytest.mark.parametrize("text", ["Zoe", "with Zoë's passport", "a Núñez O’Brien"])
def test_one_name_alone_touches_them(text: str) -> None:
    assert NAMES.touch(text)
    assert not NAMES.are_in(text)


@pytest.mark.parametrize("text", ["", "7 May", "Zoella", "O’Brien", "001234", "n@example.org", "passport, 14 Sept"])
def test_other_text_is_not_about_them(text: str) -> None:
    assert not NAMES.touch(text)


def test_what_touches_them_is_taken_out_of_a_value() -> None:
    told = {"said": "CSV.", "samples": ["Zoë", "Ana"], "sheet": "Zoe", "rows": 3, "more": {"x": "Zoë"}}
    assert NAMES.without(told) == {"said": "CSV.", "samples": ["Ana"], "sheet": "", "rows": 3, "more": {"x": ""}}
    assert Names.of([], []).touch("anybody") is False
