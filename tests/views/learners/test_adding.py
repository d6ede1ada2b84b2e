"""Adding learners and correcting who they are."""

import pytest
from django.test import Client
from django.utils import timezone

from issuing.models import Badge, Learner
from tests.factories import make_badge, make_issuance, make_learner, make_mail, make_request, make_text

HERE = "/learners/new/"
ANA = {"first_name": "Ana", "last_name": "Ng", "email": "Ana@example.org", "student_number": "00123"}


@pytest.fixture
def badge(db: None) -> Badge:
    return make_badge()


def test_learner_is_added_and_shown(browser: Client) -> None:
    answer = browser.post(HERE, ANA)
    learner = Learner.objects.get()
    assert (learner.full_name, learner.student_number) == ("Ana Ng", "00123")
    assert answer.headers["Location"] == f"/learners/{learner.uuid}/"


def test_adding_goes_on_to_the_badge_it_was_begun_for(browser: Client, badge: Badge) -> None:
    answer = browser.post(f"{HERE}?badge={badge.uuid}", ANA)
    assert answer.headers["Location"] == f"/issue/?badge={badge.uuid}&learner={Learner.objects.get().uuid}"


@pytest.mark.parametrize(
    ("query", "filled"), [("ana@example.org", ("", "ana@example.org")), ("Ana Ng", ("Ana", "")), ("00123", ("", ""))]
)
def test_form_begins_with_what_was_searched_for(browser: Client, query: str, filled: tuple[str, str]) -> None:
    form = browser.get(HERE, {"q": query}).context["form"]
    assert (form["first_name"].value() or "", form["email"].value() or "") == filled


def test_known_address_leads_to_whose_it_is(browser: Client) -> None:
    known = make_learner("ana@example.org")
    page = browser.post(HERE, ANA)
    assert "A learner with this e-mail address exists already" in page.text
    assert f'href="/learners/{known.uuid}/"' in page.text
    assert (Learner.objects.count(), 'value="00123"' in page.text) == (1, True)
    assert page.text.count("Nothing was saved") == 1


def test_namesake_is_asked_about_first(browser: Client) -> None:
    make_learner("a.ng@example.org", first_name="Ana", last_name="Ng")
    page = browser.post(HERE, ANA)
    assert "Is it one of these? Nothing was saved yet." in page.text
    assert Learner.objects.count() == 1
    assert browser.post(HERE, ANA | {"another": "yes"}).status_code == 302
    assert Learner.objects.count() == 2


def test_mistakes_are_said_in_place(browser: Client) -> None:
    page = browser.post(HERE, ANA | {"email": "ana", "first_name": "ana@example.org", "last_name": ""})
    for said in ("This is not an e-mail address", "looks like an address", "Fill this in"):
        assert said in page.text
    assert not Learner.objects.exists()


def test_number_of_somebody_else_is_refused(browser: Client) -> None:
    make_learner(student_number="00123")
    assert "has this student number already" in browser.post(HERE, ANA).text
    assert Learner.objects.count() == 1


def test_correcting_says_that_what_waits_keeps_the_old_address(browser: Client, badge: Badge) -> None:
    learner = make_learner("old@example.org", first_name="Ana", last_name="Ng")
    make_issuance(badge, learner)
    page = browser.post(f"/learners/{learner.uuid}/edit/", ANA, follow=True)
    learner.refresh_from_db()
    assert learner.email == "Ana@example.org"
    assert "1 badge that waits still goes out with the old names and address" in page.text
    assert "earlier or elsewhere: old@example.org" in page.text


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("refused", "was not delivered to the old address: send it again"),
        ("sent", "a yes by that link is not taken any more"),
        ("waiting", ""),
    ],
)
def test_correcting_says_what_becomes_of_a_request_to_the_old_address(
    browser: Client, badge: Badge, status: str, said: str
) -> None:
    learner = make_learner("old@example.org")
    make_mail(make_request(make_text(badge.provider), learner), status)
    for email in ("ana@example.org", "ana@example.org"):
        page = browser.post(f"/learners/{learner.uuid}/edit/", ANA | {"email": email}, follow=True).text
        assert ("under Requests for consent" in page, said in page) == (bool(said), True)


def test_correcting_refuses_anothers_address_in_words(browser: Client) -> None:
    other = make_learner("ana@example.org", first_name="Bo", last_name="Ito")
    learner = make_learner("old@example.org")
    page = browser.post(f"/learners/{learner.uuid}/edit/", ANA)
    assert "Bo Ito has this e-mail address already. If they are one person, merge the two entries." in page.text
    assert f"/learners/{learner.uuid}/merge/?other={other.uuid}" in page.text
    Learner.objects.filter(pk=other.pk).update(erased_at=timezone.now())
    page = browser.post(f"/learners/{learner.uuid}/edit/", ANA)
    assert ("asked to be erased" in page.text, page.text.count("Nothing was saved")) == (True, 1)
    learner.refresh_from_db()
    assert learner.email == "old@example.org"


def test_stranger_adds_and_corrects_nobody(stranger: Client) -> None:
    learner = make_learner("old@example.org")
    for where in (HERE, f"/learners/{learner.uuid}/edit/"):
        assert stranger.post(where, ANA).status_code == 302
    assert list(Learner.objects.values_list("email")) == [("old@example.org",)]
