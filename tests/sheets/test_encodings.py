"""How letters are stored: said by a mark, by strict UTF-8, by staff, or guessed for staff to confirm."""

import pytest

from issuing.exceptions import SheetError
from issuing.sheets import ENCODINGS, Choices, certain, read_table
from issuing.sheets.encodings import decode
from tests.sheets import files

ZOE = "Zoë,Núñez,zoe@example.org"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Ødegård", "cp1252"),
        ("Siân D’Arcy–Smith £5 ½", "cp1252"),
        ("NÚÑEZ García", "cp1252"),
        ("Müller Größe Ÿ", "cp1252"),
        ("Łukasz Wałęsa", "cp1250"),
        ("Zoë José Ødegård", "cp850"),
        ("Zoë José Ødegård", "mac-roman"),
        ("Иван Петров", "cp1251"),
    ],
)
def test_decode_guesses_by_likely_words_when_nothing_says_the_encoding(text: str, encoding: str) -> None:
    decoded = decode(text.encode(encoding))

    assert (decoded.text, decoded.encoding, decoded.guessed) == (text, encoding, True)


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("é".encode("utf-32"), "utf-32"),
        ("é".encode("utf-16"), "utf-16"),
        ("é".encode(), "utf-8"),
        (b"plain", "utf-8"),
        ("é".encode("utf-8-sig"), "utf-8"),
    ],
)
def test_decode_is_certain_when_a_mark_or_strict_utf_8_says_so(content: bytes, encoding: str) -> None:
    decoded = decode(content)

    assert (decoded.encoding, decoded.guessed, "\ufeff" in decoded.text) == (encoding, False, False)


@pytest.mark.parametrize("encoding", sorted(ENCODINGS))
def test_read_table_reads_as_staff_say_when_they_choose_an_encoding(encoding: str) -> None:
    table = read_table(
        files.csv("Ann,Lee,ann@example.org").decode().encode(encoding), choices=Choices(encoding=encoding)
    )

    assert (table.rows, table.guessed_encoding) == ([(2, ("Ann", "Lee", "ann@example.org"))], False)
    assert ENCODINGS[encoding] in table.said


def test_read_table_says_what_it_guessed_and_shows_names_when_letters_could_be_wrong() -> None:
    rows = ("Ann,Lee,ann@example.org", ZOE, "Zoë,Ødegård,z@example.org", *(f"Žofie{n}é,x,a@b.org" for n in range(9)))
    table = read_table(files.csv(*rows).decode().encode("cp1252"))

    assert table.samples == ("Zoë", "Núñez", "Ødegård", "Žofie0é", "Žofie1é")
    assert table.said.startswith("CSV, probably in Windows Western, with commas")


def test_read_table_shows_no_cell_of_another_column_when_names_are_known() -> None:
    table = read_table(files.csv("Ann,Lee,ann@example.org,privé", headings=f"{files.HEADINGS},Note"))

    assert table.samples == ()


def test_certain_refuses_a_table_when_its_letters_are_a_guess() -> None:
    content = files.csv(ZOE).decode().encode("cp1252")

    with pytest.raises(SheetError, match="probably as Windows Western") as caught:
        certain(read_table(content))

    assert caught.value.code == "encoding"
    assert certain(read_table(content, choices=Choices(encoding="cp1252"))).samples == ("Zoë", "Núñez")


def test_read_table_names_the_line_when_two_encodings_were_put_together() -> None:
    content = files.csv(ZOE, ZOE) + "Zoë,Lee,z@example.org\r\n".encode("cp1252")

    with pytest.raises(SheetError, match="does not fit is in line 4") as caught:
        read_table(content)

    assert caught.value.code == "encoding"


def test_read_table_refuses_an_encoding_when_the_file_cannot_be_in_it() -> None:
    with pytest.raises(SheetError, match="cannot be read as “UTF-16”"):
        read_table(b"\xff\xfea", name="people.csv")
