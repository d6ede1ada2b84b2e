"""Files of answers: kept encrypted for a while, recorded once."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from django.core.cache import cache

from issuing.enums import Route
from issuing.exceptions import AlreadyTaken, InvalidInput, SheetError
from issuing.models import ConsentRecord, ConsentText
from issuing.services import consent
from issuing.services.consent import ImportOptions
from tests.factories import make_badge, make_text, make_user

pytestmark = pytest.mark.django_db

CONTENT = b"First name,Last name,Email\nAna,Ng,ana@example.org\nBo,,bo@example.org\n"


@pytest.fixture
def text() -> ConsentText:
    return make_text(make_badge().provider)


def options(text: ConsentText, **fields: object) -> ImportOptions:
    given = {"text": text, "route": Route.PAPER, "decided_on": date(2026, 1, 14), "evidence": "Room B"} | fields
    return ImportOptions(**given)  # type: ignore[arg-type]


def keep() -> UUID:
    return consent.keep(content=CONTENT, name="people.csv")


def test_keep_hands_the_file_out_again() -> None:
    found = consent.kept(keep())
    assert found is not None
    assert (found.name, len(found.table.rows)) == ("people.csv", 2)


def test_keep_leaves_nobody_readable_in_the_cache() -> None:
    token = keep()
    assert b"ana@example.org" not in cache.get(f"consent-file-{token}")


def test_keep_refuses_what_cannot_be_read() -> None:
    with pytest.raises(SheetError):
        consent.keep(content=b"", name="people.csv")


def test_kept_is_none_when_nothing_is_kept() -> None:
    assert consent.kept(uuid4()) is None


def test_import_once_records_once_and_forgets_the_file(text: ConsentText) -> None:
    token = keep()
    first = consent.import_once(token=token, options=options(text), by=make_user())
    assert (first.given, [row_no for row_no, _ in first.left_out]) == (1, [3])
    assert consent.import_once(token=token, options=options(text), by=make_user()) == first
    assert consent.imported(token) == first
    assert (consent.kept(token), ConsentRecord.objects.count()) == (None, 1)


def test_import_once_refuses_while_it_is_under_way(text: ConsentText) -> None:
    token = keep()
    cache.add(f"consent-run-{token}", "")
    with pytest.raises(AlreadyTaken, match="at this moment"):
        consent.import_once(token=token, options=options(text), by=make_user())
    assert not ConsentRecord.objects.exists()


def test_import_once_refuses_a_file_that_is_gone(text: ConsentText) -> None:
    with pytest.raises(AlreadyTaken, match="not kept any more"):
        consent.import_once(token=uuid4(), options=options(text), by=make_user())


def test_import_once_lets_the_next_try_in_when_it_was_refused(text: ConsentText) -> None:
    token = keep()
    with pytest.raises(InvalidInput):
        consent.import_once(token=token, options=options(text, evidence=" "), by=make_user())
    assert consent.import_once(token=token, options=options(text), by=make_user()).given == 1
