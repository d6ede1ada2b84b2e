"""The page of all parts."""

from django.test import Client
from pytest_django import Settings


def test_parts_are_shown_to_whoever_builds_pages(browser: Client, settings: Settings) -> None:
    settings.DEBUG = True
    page = browser.get("/components/").text
    for part in ("tag tag-good", "tile tile-wait", 'role="progressbar"', "notice notice-bad", "field-invalid", "empty"):
        assert part in page


def test_parts_are_no_page_of_a_running_instance(browser: Client) -> None:
    assert browser.get("/components/").status_code == 404
