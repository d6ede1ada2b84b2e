"""What counts no longer is forgotten by the hour, whether or not anybody tries again."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.utils import timezone

from issuing import tasks
from issuing.models import LinkTry, SignInFailure
from issuing.services.consent import shelf

pytestmark = pytest.mark.django_db


def test_tries_and_sessions_are_forgotten_once_they_count_no_longer() -> None:
    now = timezone.now()
    for hours in (23, 25):
        LinkTry.objects.create(address="a", place=str(hours), at=now - timedelta(hours=hours))
    for minutes in (9, 11):
        SignInFailure.objects.create(account="a", address=str(minutes), at=now - timedelta(minutes=minutes))
    for days in (1, -1):
        Session.objects.create(session_key=str(days), session_data="", expire_date=now + timedelta(days=days))
    tasks.every_hour()
    assert LinkTry.objects.get().place == "23"
    assert SignInFailure.objects.get().address == "9"
    assert Session.objects.get().session_key == "1"


def test_what_was_put_by_leaves_the_disk_once_its_hour_is_over(settings: Any, tmp_path: Path) -> None:
    settings.CACHES = {"default": {"BACKEND": "navigatr_admin.cache.FileCache", "LOCATION": str(tmp_path)}}
    shelf.put("one", b"Ann")
    with time_machine.travel(timezone.now() + timedelta(minutes=50)):
        shelf.put("two", b"Bo")
        tasks.every_hour()
        assert len(list(tmp_path.iterdir())) == 2
    with time_machine.travel(timezone.now() + timedelta(minutes=70)):
        tasks.every_hour()
        assert len(list(tmp_path.iterdir())) == 1
        assert shelf.look("two") == b"Bo"
