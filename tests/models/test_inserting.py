"""Thousands of rows at once are the rows that saving them one by one would have made."""

from typing import Any

import pytest
from django.db import IntegrityError
from django.forms import model_to_dict

from issuing.models import Issuance, RosterRow
from issuing.models.inserting import insert_many
from tests.factories import make_badge, make_issuance, make_learner, make_roster

pytestmark = pytest.mark.django_db
PROBLEM = [["email", "missing", "An e-mail address is missing.", ""]]


def plain(row: Any) -> dict[str, Any]:
    return {name: value for name, value in model_to_dict(row).items() if name not in ("id", "row_no")}


def test_insert_many_makes_the_rows_that_saving_makes() -> None:
    roster = make_roster(make_badge())
    values = {"first_name": "Zoë", "email": "zoe@x", "problems": PROBLEM, "disposition": "invalid"}
    saved = RosterRow.objects.create(roster=roster, row_no=1, **values)
    insert_many(RosterRow, ({"row_no": number, **values} for number in (2, 3)), common={"roster_id": roster.pk})
    found = list(RosterRow.objects.order_by("row_no"))
    assert [row.row_no for row in found] == [1, 2, 3]
    assert plain(found[1]) == plain(found[2]) == plain(saved)


def test_insert_many_makes_keys_of_its_own_and_names_to_search() -> None:
    saved = make_issuance(make_badge(), make_learner("ana@a.org"))
    names = ("badge_id", "changed_at", "confirmed_at", "confirmed_by_id")
    rows = [
        {"learner_id": saved.learner_id, "email_key": key, "first_name": "Zoë", "last_name": "Ng", "email": "z@a.org"}
        for key in "ab"
    ]
    insert_many(Issuance, rows, common={name: getattr(saved, name) for name in names})
    made = Issuance.objects.exclude(pk=saved.pk)
    assert {(row.status, row.first_key, row.last_key) for row in made} == {("queued", "zoe", "ng")}
    assert len({row.uuid for row in made}) == 2


def test_insert_many_keeps_the_databases_constraints_or_leaves_rows_out() -> None:
    roster = make_roster(make_badge())
    rows = [{"row_no": 1, "disposition": "ready"}] * 2
    with pytest.raises(IntegrityError):
        insert_many(RosterRow, rows, common={"roster_id": roster.pk})
    assert RosterRow.objects.count() == 0
    insert_many(RosterRow, rows, common={"roster_id": roster.pk}, skip_taken=True)
    insert_many(RosterRow, [], common={"roster_id": roster.pk})
    assert RosterRow.objects.count() == 1
