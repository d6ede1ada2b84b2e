"""A running instance with its pages, its worker and the practice server, and a browser that is signed in."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from issuing.practice import PracticeServer
from tests.browser import chromium, options
from tests.world import World, world

PASSWORD = "a long password"
PATIENCE = 20_000
"""Milliseconds that a page has to do what it must: a busy machine needs some, and only a failure waits for all."""
MAKE_STAFF = """
from issuing.models import User
for name, role, first in (("ann", "manager", "Ann"), ("bob", "staff", "Bob")):
    user, _ = User.objects.get_or_create(username=name, defaults={"first_name": first, "email": f"{name}@example.org"})
    user.role = role
    user.set_password("a long password")
    user.save()
"""


@pytest.fixture(scope="session")
def browser_program() -> Iterator[Browser]:
    """Chromium, running."""
    path = chromium()
    if not path:
        pytest.skip("NOT RUN: there is no Chromium")
    with sync_playwright() as playwright:
        program = playwright.chromium.launch(executable_path=path, args=options())
        expect.set_options(timeout=PATIENCE)
        yield program
        program.close()


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """What every instance begins with: connected to the practice server, with `ann` (manager) and `bob` (staff)."""
    with world(tmp_path_factory.mktemp("ground"), rate="50/2") as here:
        here.connect()
        here.shell(MAKE_STAFF)
        yield here


@contextlib.contextmanager
def instance(ground: World, folder: Path, **environment: str) -> Iterator[World]:
    """A running instance at 50 calls in two seconds; its `address` is that of its pages."""
    with PracticeServer(folder / "ledger.sqlite3", rate="50/2") as practice:
        here = ground.copy(folder, practice)
        here.environment |= environment
        try:
            here.address = here.web()
            here.worker("supervise")
            yield here
        finally:
            here.close()


@pytest.fixture(scope="session")
def site(ground: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An instance that several modules share, each with people of its own; some have an instance of their own."""
    with instance(ground, tmp_path_factory.mktemp("site")) as here:
        yield here


@pytest.fixture
def context(browser_program: Browser, site: World) -> Iterator[BrowserContext]:
    """A browser window of its own, 1280 wide."""
    made = browser_program.new_context(base_url=site.address, viewport={"width": 1280, "height": 900})
    made.set_default_timeout(PATIENCE)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page of `bob`, signed in; any error in its console fails the test."""
    return signed_in(context, "bob")


@pytest.fixture
def manager(context: BrowserContext) -> Page:
    """A page of `ann`, a manager."""
    return signed_in(context, "ann")


def signed_in(context: BrowserContext, name: str) -> Page:
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"An error in the page: {error}"))
    page.goto("/sign-in/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    return page
