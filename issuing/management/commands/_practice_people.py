"""The invented people of the practice instance, and the class lists their teachers would send. Nobody here is real."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count

CARE = "Health and Social Care, year 1"
MEDIA = "Digital Media, year 2"
EVENING = "Evening class"

_CARE = """
Amina Yusuf, Björn Ødegård, Callum Reid, Chloë Martin, Daniel Adeyemi, Ewa Wójcik, Fatima Khan, Freya Lindqvist,
George Papadopoulos, Grace Otieno, Hannah Schäfer, Imran Hussain, Jade Williams, João Pereira, Katie O'Connor,
Leila Haddad, Liam Byrne, Maja Novak, Mohammed Ali, Nadia Petrova, Oliver Smith, Olivia Jones, Priya Patel,
Rhys Evans, Rosa García, Samuel Mensah, Siân Davies, Sofia Rossi, Thomas Müller, Wei Chen, Yara Mansour, Zoë Núñez
"""
_MEDIA = """
Aaron Blake, Aoife Murphy, Ben Carter, Carla Gómez, Dilan Yilmaz, Ella Thompson, Emeka Okafor, Finn Larsen,
Gaby Costa, Harriet Moss, Isla Fraser, Jakub Nowak, Kofi Boateng, Lena Fischer, Lucas Dubois, Mei Tanaka,
Niamh Kelly, Omar Farouk, Poppy Green, Quentin Leroy, Ravi Sharma, Sara Ahmed, Tom Fletcher, Una Walsh,
Viktor Horvat, Wanda Bell, Xenia Markou, Yusuf Demir
"""


@dataclass(frozen=True, slots=True)
class Invented:
    """One person, as the college's own records would have them."""

    first_name: str
    last_name: str
    email: str
    student_number: str


def _people(names: str, numbers: Iterable[int]) -> tuple[Invented, ...]:
    found = []
    for name, number in zip(" ".join(names.split()).split(", "), numbers, strict=False):
        first, _, last = name.partition(" ")
        found.append(Invented(first, last, f"{_local(name)}@example.org", f"S{number}"))
    return tuple(found)


def _local(name: str) -> str:
    """The name as the part of an address before the @."""
    plain = unicodedata.normalize("NFKD", name.lower().replace("ø", "o").replace(" ", "."))
    return "".join(sign for sign in plain if sign.isascii() and (sign.isalnum() or sign == "."))


CARE_PEOPLE = _people(_CARE, count(1001))
MEDIA_PEOPLE = _people(_MEDIA, count(2001))
NO_ANSWER_YET = Invented("Ines", "Silva", "ines.silva+500-after+redacted@example.org", "S2101")
"""The practice server sends this person's badge and answers with an error: what Navigatr did cannot be told."""
HAS_IT = Invented("Márk", "Kovács", "mark.kovacs@example.org", "S2102")
"""Was given the badge in Navigatr itself."""
ELSEWHERE = Invented("Nia", "Roberts", "nia.roberts@example.org", "S2103")
"""Waits in a paused roster."""

HEADINGS = ("First name", "Last name", "Email", "Student number")


def care_list() -> bytes:
    """A plain class list as CSV in UTF-8."""
    return _written(CARE_PEOPLE, ",").encode("utf-8-sig")


def evening_list() -> bytes:
    return _written([ELSEWHERE], ",").encode()


def media_list() -> bytes:
    """A class list with every kind of trouble, as a spreadsheet in Europe saves it, with semicolons."""
    odd = [
        MEDIA_PEOPLE[0],
        Invented("Perdita", "Stone", "perdita.stone.example.org", "S2104"),
        NO_ANSWER_YET,
        HAS_IT,
        ELSEWHERE,
        Invented("Kwame", "Boateng", "kwame.boateng@example.org", MEDIA_PEOPLE[12].student_number),
        Invented("Zachary", "Quinn", "zachary.quinn@example.org", "S2105"),
    ]
    return _written([*MEDIA_PEOPLE, *odd], ";").encode("utf-8-sig")


def own_list() -> bytes:
    """A short list to upload oneself: people of both groups, and one nobody knows."""
    new = Invented("Tessa", "Brook", "tessa.brook@example.org", "S3001")
    return _written([*CARE_PEOPLE[:6], *MEDIA_PEOPLE[:6], new], ",").encode("utf-8-sig")


def _written(people: Sequence[Invented], delimiter: str) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(HEADINGS)
    writer.writerows((one.first_name, one.last_name, one.email, one.student_number) for one in people)
    return text.getvalue()
