"""Recording the answers of a file: choosing it, its column, what its answers mean, the check, the record."""

from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from issuing import sheets
from issuing.enums import Decision
from issuing.models import Badge, ConsentRecord, ConsentText, Learner
from tests.factories import make_agreed, make_badge, make_issuance, make_learner, make_provider, make_roster, make_text
from tests.views.pages import words

UPLOAD = "/consents/import/?next=/"
HEAD = "First name,Last name,Email,Agrees?,Notes\n"
ROWS = (
    "Ana,Ng,ana@example.org,Yes,a\n"
    "Bo,Ek,bo@example.org,No,b\n"
    "Cy,Oh,cy@example.org,,c\n"
    "Di,Um,di@example.org,maybe,d\n"
    "Ed,Ur,no address,Yes,e\n"
)


@pytest.fixture
def badge() -> Badge:
    return make_badge()


@pytest.fixture
def text(badge: Badge) -> ConsentText:
    return make_text(badge.provider)


def upload(browser: Client, content: str = HEAD + ROWS, url: str = UPLOAD) -> Any:
    return browser.post(url, {"file": SimpleUploadedFile("answers.csv", content.encode())})


def answers_url(browser: Client, content: str = HEAD + ROWS, column: str = "Agrees?") -> str:
    token = upload(browser, content).headers["Location"].split("/")[3]
    return f"/consents/import/{token}/answers/?next=/&column={column}"


def typed(text: ConsentText, **fields: Any) -> dict[str, Any]:
    known = {"means_0": "yes", "means_1": "no", "means_2": "none"}  # Yes, No, maybe: the most frequent first
    said = {"route": "imported", "decided_on": "2026-01-14", "words": text.pk, "evidence": "Room B"}
    return known | said | fields


def counts(page: Any) -> tuple[int, int, int, int]:
    result = page.context["result"]
    return result.given, result.declined, result.no_answer, result.left_out


def test_upload_leads_to_the_columns_that_look_like_answers(browser: Client) -> None:
    page = browser.get(upload(browser).headers["Location"])
    columns = page.context["columns"]
    assert [(one.heading, one.samples) for one in columns.likely] == [("Agrees?", "Yes, No, maybe")]
    assert [one.heading for one in columns.others] == ["Notes"]
    assert "everybody in this file agreed" not in page.text
    assert not ConsentRecord.objects.exists()


def test_upload_offers_that_everybody_agreed_when_no_column_looks_like_answers(browser: Client) -> None:
    token = upload(browser, "First name,Last name,Email\nAna,Ng,ana@example.org\n").headers["Location"]
    assert "No column: everybody in this file agreed" in browser.get(token).text


@pytest.mark.parametrize(
    ("content", "said"),
    [("", "empty"), ("<html>", "web page"), ("\x00\x01", "read")],
)
def test_upload_refuses_in_place_what_cannot_be_read(browser: Client, content: str, said: str) -> None:
    page = upload(browser, content)
    assert page.status_code == 200
    assert said in words(page.text)


def test_upload_refuses_in_place_when_no_file_was_chosen(browser: Client) -> None:
    assert list(browser.post(UPLOAD).context["form"].errors) == ["file"]


def test_upload_refuses_a_file_that_is_too_big(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets.reading, "MAX_BYTES", 50)
    monkeypatch.setattr(sheets, "MAX_BYTES", 50)
    assert upload(browser).context["problem"].code == "too_big"


def test_answers_are_asked_for_each_value_and_preset_nothing(browser: Client, text: ConsentText) -> None:
    page = browser.get(answers_url(browser))
    labels = [field.label for field in page.context["form"].meanings]
    assert labels == ["“Yes” (2 rows)", "“No” (1 row)", "“maybe” (1 row)"]
    assert " checked" not in page.text


def test_check_says_what_it_comes_to_and_records_nothing(browser: Client, text: ConsentText) -> None:
    make_learner("bo@example.org")  # another name than in the file
    page = browser.post(answers_url(browser), typed(text))
    assert counts(page) == (1, 0, 2, 2)
    assert "Record 1 answer" in page.text
    assert "This address is known here under another name" in page.text
    assert (ConsentRecord.objects.count(), Learner.objects.count()) == (0, 1)


def test_record_keeps_the_answers_and_shows_what_became_of_every_row(
    browser: Client, badge: Badge, text: ConsentText
) -> None:
    make_issuance(badge, make_agreed(badge, "bo@example.org", first_name="Bo", last_name="Ek"))

    page = browser.post(answers_url(browser), typed(text, record="yes"), follow=True)

    assert counts(page) == (1, 1, 2, 1)
    assert "1 badge that was waiting was stopped." in page.text
    kept = ConsentRecord.objects.get(learner__email="ana@example.org")
    assert (kept.decision, kept.text, kept.evidence_note) == (Decision.GIVEN, text, "Room B")
    assert kept.recorded_by.username == "robin"


def test_record_happens_once_however_often_it_is_pressed(browser: Client, text: ConsentText) -> None:
    url = answers_url(browser)
    first = browser.post(url, typed(text, record="yes")).headers["Location"]
    assert browser.post(url, typed(text, record="yes")).headers["Location"] == first
    assert browser.get(url).headers["Location"] == first
    assert ConsentRecord.objects.count() == 2


def test_record_takes_everybody_when_there_is_no_column(browser: Client, text: ConsentText) -> None:
    url = answers_url(browser, "First name,Last name,Email\nAna,Ng,ana@example.org\n", column="")
    page = browser.post(url, typed(text, record="yes"), follow=True)
    assert counts(page) == (1, 0, 0, 0)


def test_record_refuses_that_everybody_agreed_when_a_column_looks_like_answers(
    browser: Client, text: ConsentText
) -> None:
    page = browser.post(answers_url(browser, column=""), typed(text, record="yes"))
    assert "These columns look like answers" in page.text
    assert page.context["form"]["evidence"].value() == "Room B"
    assert not ConsentRecord.objects.exists()


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"means_2": ""}, "means_2"),
        ({"words": "all"}, "words"),
        ({"route": ""}, "route"),
        ({"decided_on": "2999-01-01"}, "decided_on"),
        ({"decided_until": "2999-01-01"}, "decided_until"),
        ({"decided_until": "2026-01-13"}, "decided_until"),
        ({"evidence": " "}, "evidence"),
    ],
)
def test_record_refuses_in_place_what_was_not_said(
    browser: Client, text: ConsentText, fields: dict[str, Any], fault: str
) -> None:
    page = browser.post(answers_url(browser), typed(text, record="yes", **fields))
    assert list(page.context["form"].errors) == [fault]
    assert not ConsentRecord.objects.exists()


@pytest.mark.parametrize("column", ["Nothing", "Notes"])
def test_answers_lead_back_when_the_column_cannot_hold_them(browser: Client, text: ConsentText, column: str) -> None:
    rows = "".join(f"Ana,Ng,ana{number}@example.org,Yes,note {number}\n" for number in range(21))
    page = browser.get(answers_url(browser, HEAD + rows, column=column), follow=True)
    assert page.redirect_chain[0][0].split("/")[4] == "column"
    assert len(page.context["messages"]) == 1


@pytest.mark.parametrize("page", ["column/", "answers/?column=Agrees"])
def test_page_asks_for_the_file_again_when_it_is_kept_no_more(browser: Client, page: str) -> None:
    answer = browser.get(f"/consents/import/{UUID(int=1)}/{page}", follow=True)
    assert answer.redirect_chain == [("/consents/import/", 302)]
    assert "The file is kept for an hour only." in answer.text


def test_result_is_404_when_there_is_none(browser: Client) -> None:
    assert browser.get(f"/consents/import/{UUID(int=1)}/").status_code == 404


def test_import_offers_only_words_for_the_badge_of_its_roster(browser: Client, badge: Badge, text: ConsentText) -> None:
    other = make_text(make_provider(navigatr_id=13))
    roster = make_roster(badge)
    where = upload(browser, url=f"/consents/import/?roster={roster.uuid}").headers["Location"]
    assert where.endswith(f"/column/?roster={roster.uuid}")
    page = browser.post(where.replace("column/?", "answers/?column=Agrees%3F&"), typed(other))
    assert list(page.context["form"].errors) == ["words"]


@pytest.mark.parametrize("roster", ["nonsense", str(UUID(int=1))])
def test_import_knows_no_other_roster(browser: Client, roster: str) -> None:
    assert browser.get(f"/consents/import/?roster={roster}").status_code == 404


def test_stranger_imports_nothing(stranger: Client, text: ConsentText) -> None:
    assert upload(stranger).headers["Location"].startswith("/sign-in/")


def reading(page: Any, **fields: str) -> dict[str, str]:
    """What the page about reading posts when nothing is changed but these."""
    form = page.context["page"]
    shown = dict(form.table.shown)
    columns = {field.name: field.value() or "" for field in form.answers if field.name.startswith("column-")}
    return shown | {name.removeprefix("shown-"): value for name, value in shown.items()} | columns | fields


def test_letters_that_are_a_guess_are_looked_at_before_the_answers(browser: Client, text: ConsentText) -> None:
    content = "First name,Last name,Email,Agrees?\nZo\xeb,Ng,zoe@example.org,Yes\n".encode("cp1252")
    address = browser.post(UPLOAD, {"file": SimpleUploadedFile("answers.csv", content)}).headers["Location"]
    page = browser.get(address)
    assert "/reading/" in address
    assert "Letters in it: Zoë" in words(page.text)
    went = browser.post(address, reading(page, answers="1"))
    assert "/column/" in went.headers["Location"]
    assert browser.get(went.headers["Location"]).context["columns"].people[0].first_name == "Zoë"


def test_columns_that_no_heading_tells_are_chosen(browser: Client, text: ConsentText) -> None:
    address = upload(browser, "Who,Surname,Where,Agrees?\nAna,Ng,ana@example.org,Yes\n").headers["Location"]
    page = browser.get(address)
    refused = browser.post(address, reading(page, answers="1", **{"column-0": ""}))
    assert refused.status_code == 200
    chosen = {"column-0": "first_name", "column-1": "last_name", "column-2": "email", "column-3": ""}
    went = browser.post(address, reading(page, answers="1", **chosen))
    assert browser.get(went.headers["Location"]).context["columns"].people[0].email == "ana@example.org"


def test_whole_names_are_looked_at(browser: Client, text: ConsentText) -> None:
    address = upload(browser, "Name,Email,Agrees?\nMaria del Mar Lee,ana@example.org,Yes\n").headers["Location"]
    page = browser.get(address)
    refused = browser.post(address, reading(page, answers="1"))
    assert refused.status_code == 200
    assert "/column/" in browser.post(address, reading(page, answers="1", names_seen="on")).headers["Location"]


def test_answers_wait_until_the_file_can_be_read(browser: Client) -> None:
    token = upload(browser, "Who,Surname,Where\nAna,Ng,ana@example.org\n").headers["Location"].split("/")[3]
    assert "/reading/" in browser.get(f"/consents/import/{token}/column/").headers["Location"]
    assert "/reading/" in browser.get(f"/consents/import/{token}/answers/").headers["Location"]


def test_reading_of_a_file_that_is_gone_leads_back(browser: Client) -> None:
    assert "/import/" in browser.get(f"/consents/import/{UUID(int=7)}/reading/").headers["Location"]


def test_days_and_birthdays_come_from_columns(browser: Client, text: ConsentText) -> None:
    rows = "Ana,Ng,ana@example.org,Yes,2026-01-14,2001-05-04\nBo,Ek,bo@example.org,Yes,2026-01-15,2024-05-04\n"
    address = answers_url(browser, "First name,Last name,Email,Agrees?,Answered,DOB\n" + rows)
    assert browser.get(address).context["form"]["birth_column"].value() == "DOB"
    given = {"means_0": "yes", "decided_column": "Answered", "decided_on": "", "birth_column": "DOB"}
    page = browser.post(address, typed(text, **given))
    assert counts(page) == (1, 0, 0, 1)
    assert "As the column “Answered” says" in words(page.text)
    browser.post(address, typed(text, **given, record="yes"))
    assert str(ConsentRecord.objects.get().decided_at.date()) == "2026-01-14"
    assert Learner.objects.get(email="bo@example.org").under_13_since


def test_order_of_day_and_month_is_asked_only_where_it_may_be_either(browser: Client, text: ConsentText) -> None:
    head = "First name,Last name,Email,Agrees?,Answered\n"
    sure = answers_url(browser, head + "Ana,Ng,ana@example.org,Yes,14/1/2026\n")
    assert "day_first" not in browser.get(sure).context["form"].fields
    unsure = answers_url(browser, head + "Ana,Ng,ana@example.org,Yes,4/5/2026\n")
    given = typed(text, decided_column="Answered", decided_on="")
    assert "Say which" in words(browser.post(unsure, given).text)
    assert counts(browser.post(unsure, given | {"day_first": "day"})) == (1, 0, 0, 0)


def test_one_day_is_needed_where_no_column_says_it(browser: Client, text: ConsentText) -> None:
    assert "Fill this in." in words(browser.post(answers_url(browser), typed(text, decided_on="")).text)


def test_who_is_under_13_can_be_noted_where_nobody_answered(browser: Client, text: ConsentText) -> None:
    address = answers_url(browser, "First name,Last name,Email,Agrees?,DOB\nBo,Ek,bo@example.org,Yes,2024-05-04\n")
    given = typed(text, birth_column="DOB")
    assert "Note 1 person as under 13" in words(browser.post(address, given).text)
    browser.post(address, given | {"record": "yes"})
    assert (Learner.objects.get().under_13_since is not None, ConsentRecord.objects.count()) == (True, 0)
