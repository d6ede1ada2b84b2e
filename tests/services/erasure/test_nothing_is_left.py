"""After erasing somebody with every kind of record, their names and addresses stand nowhere any more."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection as database
from django_q.models import Task
from pytest_django import Settings

from issuing.models import Learner, Roster
from issuing.services import erasure
from tests import factories as make
from tests.services.erasure.somebody import FIRST, SPELT, make_somebody

NAMED_BEFORE = {
    *("issuing_learner", "issuing_attempt", "issuing_auditevent", "issuing_rosterrow", "issuing_consentrecord"),
    *("issuing_issuance", "issuing_revocation", "issuing_roster", "issuing_consent_mail", "ended tasks"),
}
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _cached_in_files(settings: Settings, tmp_path: Path) -> None:
    backend = "django.core.cache.backends.filebased.FileBasedCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": tmp_path / "var" / "cache"}}


def kept_bytes(folder: Path) -> Iterator[tuple[str, bytes]]:
    """All that is kept, with where it stands: every row of every table, the database's files, and the folder."""
    with database.cursor() as cursor:
        for table in database.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            yield table, "\n".join(text_of(value) for row in cursor.fetchall() for value in row).encode()
    yield "ended tasks", "\n".join(str(task.result) for task in Task.objects.all()).encode()
    if database.vendor == "sqlite":
        path = Path(database.settings_dict["NAME"])
        for suffix in ("", "-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                yield f"file{suffix}", Path(f"{path}{suffix}").read_bytes()
    for found in folder.rglob("*"):
        if found.is_file():
            yield str(found), found.read_bytes()


def text_of(value: object) -> str:
    """A value as a dump would write it."""
    return str(bytes(value) if isinstance(value, memoryview) else value)


def named_in(folder: Path) -> set[tuple[str, str]]:
    """Where they are named, and by what."""
    return {(place, text) for place, held in kept_bytes(folder) for text in SPELT if text.encode() in held}


def test_nothing_names_somebody_who_was_erased(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    somebody = make_somebody(make.make_badge())
    erasure.checkpoint()  # as it stands hours later: in the file itself
    before = named_in(settings.VAR_DIR)
    assert database.vendor != "sqlite" or "file" in {place for place, _text in before}
    assert {place for place, _text in before} >= NAMED_BEFORE
    erasure.erase(learner=somebody.learner, identity_note="Came with a passport.", by=make.make_user(role="manager"))

    assert named_in(settings.VAR_DIR) == set()
    assert cache.get("consent-file-1") is None
    assert not any(text in caplog.text for text in SPELT)
    assert not Roster.objects.filter(original__isnull=False).exists()


def test_what_is_searched_for_is_found_before_erasing(settings: Settings) -> None:
    """The search above would find it: also in pages that SQLite has freed, and in its log."""
    make.make_learner("zoella.quimby@example.org", first_name=FIRST)
    places = {place for place, _text in named_in(settings.VAR_DIR)}
    assert "issuing_learner" in places
    if database.vendor == "sqlite":
        assert places & {"file", "file-wal"}
    Learner.objects.all().delete()
