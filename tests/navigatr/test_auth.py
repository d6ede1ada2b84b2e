"""How a call says who it is, and that the token shows itself nowhere else."""

import copy
import json
import pickle
from collections.abc import Callable

import pytest

from issuing.exceptions import InvalidInput
from issuing.navigatr import AccessToken, Bearer, Credentials
from issuing.navigatr.auth import fits_a_header, redacting

SECRET = "pat-0123456789"


@pytest.mark.parametrize(
    ("scheme", "headers"),
    [(AccessToken, {"X-Access-Token": SECRET}), (Bearer, {"Authorization": f"Bearer {SECRET}"})],
)
def test_credentials_send_one_header_when_a_call_is_made(scheme: type[Credentials], headers: dict[str, str]) -> None:
    assert scheme(SECRET).headers() == headers


@pytest.mark.parametrize(
    "pasted", [f" {SECRET}\n", f"\ufeff{SECRET}", f"\u200b \u2060{SECRET}\u00a0\u200d\r\n", f"\t{SECRET}\u00ad"]
)
def test_token_loses_what_was_pasted_around_it_when_it_is_taken(pasted: str) -> None:
    assert AccessToken(pasted).headers() == {"X-Access-Token": SECRET}


@pytest.mark.parametrize("pasted", ["", "  ", "\ufeff\u200b\n"])
def test_token_is_refused_when_nothing_is_left_of_it(pasted: str) -> None:
    with pytest.raises(InvalidInput, match="empty"):
        Bearer(pasted)


@pytest.mark.parametrize("pasted", ["two words", "a\r\nX-Evil: 1", "tökén", "a\x00b", "a\u200bb", "a\x7fb"])
def test_token_is_refused_when_it_fits_no_header(pasted: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        AccessToken(pasted)
    assert pasted not in str(caught.value)


@pytest.mark.parametrize("show", [repr, str, "{}".format, "{!r}".format, lambda token: repr([token])])
def test_token_is_not_seen_when_it_is_shown(show: Callable[[object], str]) -> None:
    assert SECRET not in show(AccessToken(SECRET))
    assert show(Bearer(SECRET)).strip("[]") == "Bearer(…)"


@pytest.mark.parametrize("store", [pickle.dumps, json.dumps, vars, copy.copy, copy.deepcopy])
def test_token_is_not_given_away_when_it_is_stored(store: Callable[[object], object]) -> None:
    with pytest.raises(TypeError):
        store(AccessToken(SECRET))


def test_words_lose_the_token_when_navigatr_repeated_it() -> None:
    assert Bearer(SECRET).redact(f"No user has {SECRET}, not even {SECRET}!") == "No user has …, not even …!"


@pytest.mark.parametrize(("secret", "words"), [("secret", "a … b"), ("short", "a secret b"), ("", "a secret b")])
def test_words_keep_a_secret_when_it_is_too_short_to_be_one(secret: str, words: str) -> None:
    assert redacting(secret)("a secret b") == words


@pytest.mark.parametrize(("token", "fits"), [(SECRET, True), ("", False), ("a b", False), ("a\n", False), ("é", False)])
def test_token_fits_a_header_when_it_is_one_visible_word(token: str, fits: bool) -> None:
    assert fits_a_header(token) is fits
