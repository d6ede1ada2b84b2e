"""Every page of a filled instance as everybody must be able to use it: light, dark, wide, narrow, without scripts."""

import json
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.axe import barriers
from tests.journeys.conftest import signed_in
from tests.world import World

pytestmark = pytest.mark.chromium

FILL = """
import json
from django.urls import get_resolver, reverse
from issuing.models import Badge, Connection, User
from issuing.services.consent import link_of
from tests.factories import *
badge = Badge.objects.get(navigatr_id=51)
learner = make_agreed(badge, "eve@example.org", first_name="Eve", last_name="Every", student_number="00123")
other = make_learner("mary@example.org", first_name="Mary", last_name="O'Brien")
checked = make_roster(badge, group="Art 1")
make_row(checked, "eve@example.org", row_no=2, learner=learner)
make_row(checked, "nobody", row_no=3, disposition="invalid", problems=[["email", "not_an_address", "Not an address."]])
make_row(checked, "mary@example.org", row_no=4, disposition="needs_consent", learner=other)
running = make_running(badge, group="Art 2", status="paused")
issuance = make_issuance(badge, learner, roster=running)
refused = make_issuance(Badge.objects.get(navigatr_id=52), make_agreed(badge, "anna@example.org", first_name="Anna"),
        status="rejected", reason="refused_by_navigatr", detail="This recipient cannot receive badges")
examples = {
    "learner": learner, "badge": badge, "connection": Connection.objects.get(), "issuance": issuance,
    "roster": checked, "statement": badge.provider.statements.get(), "staff": User.objects.get(username="bob"),
    "consent": learner.consent_records.get(), "right": other,
}
found = {"roster-detail of a run": reverse("roster-detail", args=[running.uuid]),
         "issuance-detail of a refused one": reverse("issuance-detail", args=[refused.uuid])}
for name, (ways, *_rest) in sorted((n, w[0]) for n, w in get_resolver().reverse_dict.lists() if isinstance(n, str)):
    wanted = ways[0][1]
    example = examples.get(name.partition("-")[0])
    if not wanted:
        found[name] = reverse(name)
    elif wanted == ["uuid"] and example is not None:
        found[name] = reverse(name, kwargs={"uuid": getattr(example, "uuid", example.pk)})
asked = make_request(badge.provider.statements.get().texts.get(), other, badge=badge)
make_mail(asked, "perhaps")
found["request-new"] = f"{reverse('request-new')}?learner={make_learner(first_name='Flo', last_name='Fresh').uuid}"
found["asking-answer"] = reverse("asking-answer", args=[link_of(other).secret.reveal()])
found["consent-age"] = reverse("consent-age", args=[learner.uuid])
found["consent-record"] = f"{reverse('consent-record')}?learner={learner.uuid}"
step = reverse("consent-record-question", args=[learner.uuid, "giver"])
found["consent-record-question"] = f"{step}?learner={learner.uuid}"
found["consent-record-check"] = found["consent-record-question"].replace("giver", "check")
found["issue of a badge to somebody"] = f"{reverse('issue')}?badge={badge.uuid}&learner={learner.uuid}"
print(json.dumps(found))
"""
NO_PAGES = {"healthz", "components", "logout", "consent-import-result", "consent-receipt"}
NO_PAGES |= {"consent-evidence", "statement-document"}


@pytest.fixture(scope="module")
def pages(site: World) -> dict[str, str]:
    """The addresses that answer a GET with a page, by their names."""
    found: dict[str, str] = json.loads(site.shell(FILL).splitlines()[-1])
    return {name: address for name, address in found.items() if name not in NO_PAGES}


def faults(page: Page, **options: Any) -> list[str]:
    """What is wrong with this page as it is shown now, and whether it fits its window."""
    wider = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return barriers(page, **options) + ["wider than its window"] * wider


def test_every_page_has_no_barrier_and_fits_its_window(manager: Page, pages: dict[str, str]) -> None:
    """Wide and light, then as narrow as a phone and dark, where the structure is the same and only colours differ."""
    wrong, seen = {}, 0
    for name, address in pages.items():
        answer = manager.request.get(address, max_redirects=0)
        assert answer.status in (200, 302, 405), f"{name} ({address}): {answer.status}"
        if answer.status != 200 or "<html" not in answer.text():
            continue
        manager.emulate_media(color_scheme="light", reduced_motion="reduce")
        manager.set_viewport_size({"width": 1280, "height": 844})
        manager.goto(address)
        wide = faults(manager)
        manager.emulate_media(color_scheme="dark")
        manager.set_viewport_size({"width": 390, "height": 844})
        narrow = faults(manager, runOnly=["color-contrast"])
        wrong |= {f"{name}, {kind}": found for kind, found in (("wide", wide), ("narrow, dark", narrow)) if found}
        seen += 1
    assert wrong == {}
    assert seen > 20


def test_every_page_says_what_it_is_without_scripts(
    browser_program: Browser, site: World, pages: dict[str, str]
) -> None:
    context = browser_program.new_context(base_url=site.address, java_script_enabled=False)
    page = signed_in(context, "ann")
    answers = {name: page.request.get(address, max_redirects=0).text() for name, address in pages.items()}
    context.close()
    headings = {name: text.count("<h1") for name, text in answers.items() if "<html" in text}
    assert {name for name, count in headings.items() if count != 1} == set()
    assert len(headings) > 20
