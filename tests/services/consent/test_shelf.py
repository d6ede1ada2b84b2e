"""What is put by for an hour: encrypted, under its own name only."""

from datetime import timedelta
from typing import Any

import time_machine
from cryptography.fernet import Fernet
from django.core.cache import cache
from django.utils import timezone

from issuing.services.consent import shelf

DATA = b"signed by Ann Lee"


def test_what_is_put_by_is_not_readable_in_the_cache() -> None:
    shelf.put("one", DATA)
    assert shelf.look("one") == DATA
    assert b"Ann" not in cache.get("one")


def test_nothing_is_found_under_another_name_or_by_other_keys(settings: Any) -> None:
    shelf.put("one", DATA)
    cache.set("two", cache.get("one"))
    settings.ENCRYPTION_KEYS = [*settings.ENCRYPTION_KEYS, Fernet.generate_key().decode()]
    assert (shelf.look("one"), shelf.look("two")) == (DATA, None)
    settings.ENCRYPTION_KEYS = settings.ENCRYPTION_KEYS[1:]
    assert shelf.look("one") is None


def test_nothing_is_found_once_it_is_dropped_or_its_hour_is_over() -> None:
    shelf.put("one", DATA)
    shelf.put("two", DATA)
    shelf.drop("one")
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert (shelf.look("one"), shelf.look("two")) == (None, None)
