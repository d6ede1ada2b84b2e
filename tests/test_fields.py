"""A secret is kept encrypted, comes back for its own row only, and shows itself nowhere."""

import json
import logging
import pickle
import pprint
import sys
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core import serializers
from django.core.exceptions import FieldError
from django.db import connection as database
from django.forms.models import model_to_dict, modelform_factory
from django.test import RequestFactory
from django.views.debug import ExceptionReporter
from pytest_django import Settings

from issuing.exceptions import SecretUnreadable
from issuing.fields import Secret, decrypt, encrypt
from issuing.models import Connection
from tests.factories import make_connection

PLAIN = "pat-9f3c-never-to-be-seen"
EMPTY = ["access_token", "access_token_expires_at", "stopped_at", "last_good_call_at"]


@pytest.fixture
def account(db: None) -> Connection:
    return Connection.objects.get(pk=make_connection(token=PLAIN).pk)


def stored(column: str, pk: int) -> str:
    with database.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM issuing_connection WHERE id = %s", [pk])
        return cursor.fetchone()[0]


def test_secret_comes_back_when_its_row_is_read(account: Connection) -> None:
    assert account.secret.reveal() == PLAIN


def test_column_holds_no_plain_text_when_saved(account: Connection) -> None:
    assert (PLAIN in stored("secret", account.pk), len(stored("secret", account.pk)) > 100) == (False, True)


@pytest.mark.parametrize(
    "show",
    [
        repr,
        str,
        lambda secret: f"{secret}",
        lambda secret: f"{secret!r:>8}"[:8],
        lambda secret: f"{secret:>8}",
        lambda secret: "%s" % secret,  # noqa: UP031
        "{}".format,
        pprint.pformat,
        lambda secret: json.loads(json.dumps(secret, default=str)),
    ],
)
def test_secret_shows_only_that_it_is_one_when_printed(show: Callable[[Secret], str]) -> None:
    assert show(Secret(PLAIN)) == "<secret>"


@pytest.mark.parametrize(
    "take",
    [
        json.dumps,
        pickle.dumps,
        list,
        len,
        vars,
        "".join,
        lambda secret: secret + "",
        lambda secret: "" + secret,
        lambda secret: f"{secret[0]}",
    ],
)
def test_secret_refuses_when_taken_for_text(take: Callable[[Any], object]) -> None:
    with pytest.raises(TypeError):
        take(Secret(PLAIN))


def test_secret_is_in_no_log_line_when_logged(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("issuing").warning("with %s and %r", Secret(PLAIN), {"secret": Secret(PLAIN)})

    assert caplog.messages == ["with <secret> and {'secret': <secret>}"]


@pytest.mark.parametrize("page", ["get_traceback_html", "get_traceback_text"])
def test_debug_page_shows_no_secret_when_a_local_variable_holds_it(page: str, settings: Settings) -> None:
    settings.DEBUG = True
    kept_here = Secret(PLAIN)
    try:
        raise RuntimeError(f"trouble with {kept_here}")
    except RuntimeError:
        report = ExceptionReporter(RequestFactory().get("/"), *sys.exc_info())

    shown = getattr(report, page)()

    assert ("trouble with" in shown, PLAIN in shown) == (True, False)


def test_dictionary_of_a_row_shows_no_secret_when_made(account: Connection) -> None:
    assert (str(model_to_dict(account)["secret"]), PLAIN in repr(model_to_dict(account))) == ("<secret>", False)


def test_form_has_no_field_for_a_secret_when_made_of_the_model() -> None:
    form = modelform_factory(Connection, fields=["name", "secret"])

    assert list(form().fields) == ["name"]


@pytest.mark.parametrize("kind", ["json", "python", "xml"])
def test_serializer_refuses_when_a_row_has_a_secret(kind: str, account: Connection) -> None:
    with pytest.raises(TypeError, match="not serialised"):
        serializers.serialize(kind, [account])


def test_row_is_not_pickled_when_it_has_a_secret(account: Connection) -> None:
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(account)


def test_values_give_a_secret_without_its_row_when_asked(account: Connection) -> None:
    (found,) = Connection.objects.values_list("secret", flat=True)

    with pytest.raises(SecretUnreadable, match="without its row"):
        found.reveal()


def test_deferred_secret_is_loaded_when_read(account: Connection) -> None:
    assert Connection.objects.defer("secret", "uuid").get().secret.reveal() == PLAIN


def test_secret_is_loud_when_the_key_is_another(account: Connection, settings: Settings) -> None:
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]

    with pytest.raises(SecretUnreadable, match="Put the earlier key back"):
        account.secret.reveal()


def test_secret_is_read_when_its_key_stands_behind_a_new_one(account: Connection, settings: Settings) -> None:
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode(), *settings.ENCRYPTION_KEYS]

    assert account.secret.reveal() == PLAIN


def test_first_key_encrypts_when_there_are_several(settings: Settings) -> None:
    new, old = Fernet.generate_key().decode(), settings.ENCRYPTION_KEYS[0]
    settings.ENCRYPTION_KEYS = [new, old]
    sealed = encrypt(b"data", "row")
    settings.ENCRYPTION_KEYS = [new]

    assert decrypt(sealed, "row") == b"data"


@pytest.mark.parametrize("keys", [[], ["keyless"], ["é"], [""]])
def test_encryption_is_loud_when_a_key_is_none(keys: list[str], settings: Settings) -> None:
    settings.ENCRYPTION_KEYS = keys

    with pytest.raises(SecretUnreadable, match="ENCRYPTION_KEYS"):
        encrypt(b"data", "row")


def test_secret_is_loud_when_it_was_moved_from_another_row(account: Connection) -> None:
    other = make_connection(token="another")
    with database.cursor() as cursor:
        cursor.execute("UPDATE issuing_connection SET secret = %s", [stored("secret", other.pk)])

    with pytest.raises(SecretUnreadable, match="another row"):
        Connection.objects.get(pk=account.pk).secret.reveal()


@pytest.mark.parametrize("garbage", ["", PLAIN, "gAAAAA", "é"])
def test_secret_is_loud_when_its_column_holds_something_else(account: Connection, garbage: str) -> None:
    with database.cursor() as cursor:
        cursor.execute("UPDATE issuing_connection SET secret = %s", [garbage])

    with pytest.raises(SecretUnreadable):
        Connection.objects.get(pk=account.pk).secret.reveal()


@pytest.mark.parametrize(
    "write",
    [
        lambda row: Connection.objects.update(secret=Secret(PLAIN)),
        lambda row: Connection.objects.update(secret=PLAIN),
        lambda row: Connection.objects.bulk_update([row], ["secret"]),
        lambda row: setattr(row, "secret", PLAIN),
        lambda row: Connection(secret=PLAIN),
    ],
)
def test_secret_is_refused_when_not_written_by_save(write: Callable[[Connection], object], account: Connection) -> None:
    with pytest.raises(TypeError):
        write(account)


@pytest.mark.parametrize("lookup", ["secret", "secret__contains", "secret__in", "secret__startswith"])
def test_secret_is_refused_when_searched_for(lookup: str, account: Connection) -> None:
    with pytest.raises(FieldError):
        Connection.objects.filter(**{lookup: [PLAIN]}).exists()


def test_absence_is_found_when_a_secret_may_be_missing(account: Connection) -> None:
    make_connection(access_token=Secret("t"), access_token_expires_at=account.created_at)

    assert list(Connection.objects.filter(access_token__isnull=True)) == [account]


def test_secret_stays_when_the_row_is_cleaned_and_saved_again(account: Connection) -> None:
    before = stored("secret", account.pk)
    account.clean_fields(exclude=EMPTY)
    account.save()

    assert (account.secret.reveal(), stored("secret", account.pk)) == (PLAIN, before)


def test_secret_is_sealed_anew_when_given_to_another_row(account: Connection) -> None:
    other = make_connection()
    other.secret = account.secret
    other.save()

    assert Connection.objects.get(pk=other.pk).secret.reveal() == PLAIN


def test_secrets_are_sealed_when_written_in_bulk(db: None) -> None:
    row = Connection(name="A", host="h", navigatr_user_id="1", scheme="bearer", secret=Secret(PLAIN), fingerprint="f")
    Connection.objects.bulk_create([row])

    assert Connection.objects.get().secret.reveal() == PLAIN


@pytest.mark.parametrize(("secret", "is_there"), [(Secret(""), False), (Secret(), False), (Secret("x"), True)])
def test_secret_says_whether_it_is_there_when_asked(secret: Secret, is_there: bool) -> None:
    assert bool(secret) == is_there
