"""Where a token may be sent."""

import pytest

from issuing.exceptions import InvalidInput
from issuing.navigatr import DEFAULT_HOSTS, ClientConfig, check_base_url
from issuing.navigatr.config import is_loopback

HOSTS = ("api.navigatr.app", "staging.example.org:8443", "127.0.0.1:8099", "localhost:8099", "[::1]:8099", "127.0.0.1")

ALLOWED = {
    "https://api.navigatr.app/v1": "https://api.navigatr.app/v1",
    " https://API.Navigatr.app:443/v1/ ": "https://api.navigatr.app/v1",
    "HTTPS://api.navigatr.app/v1": "https://api.navigatr.app/v1",
    "https://api.navigatr.app/some-where/v1": "https://api.navigatr.app/some-where/v1",
    "https://staging.example.org:8443/v1": "https://staging.example.org:8443/v1",
    "http://127.0.0.1:8099/v1": "http://127.0.0.1:8099/v1",
    "http://localhost:8099/v1/": "http://localhost:8099/v1",
    "http://[::1]:8099/v1": "http://[::1]:8099/v1",
    "https://127.0.0.1:8099/v1": "https://127.0.0.1:8099/v1",
    "https://127.0.0.1/v1": "https://127.0.0.1/v1",
}


@pytest.mark.parametrize("url", ALLOWED)
def test_address_is_normalised_when_it_may_be_called(url: str) -> None:
    assert check_base_url(url, HOSTS) == ALLOWED[url]


REFUSED = {
    "other_host": "https://evil.example/v1",
    "longer_host": "https://api.navigatr.app.evil.example/v1",
    "part_of_a_host": "https://navigatr.app/v1",
    "dotted_host": "https://api.navigatr.app./v1",
    "other_port": "https://api.navigatr.app:8443/v1",
    "unlisted_port": "https://staging.example.org/v1",
    "plain_http": "http://api.navigatr.app/v1",
    "plain_http_on_a_port": "http://staging.example.org:8443/v1",
    "plain_without_port": "http://127.0.0.1/v1",
    "plain_other_port": "http://127.0.0.1:8098/v1",
    "short_loopback": "http://127.1:8099/v1",
    "user": "https://token@api.navigatr.app/v1",
    "user_to_confuse": "https://api.navigatr.app@evil.example/v1",
    "backslash": "https://evil.example\\@api.navigatr.app/v1",
    "query": "https://api.navigatr.app/v1?x=1",
    "empty_query": "https://api.navigatr.app/v1?",
    "fragment": "https://api.navigatr.app/v1#x",
    "no_version": "https://api.navigatr.app/",
    "more_path": "https://api.navigatr.app/v1/badge",
    "up_path": "https://api.navigatr.app/../v1",
    "coded_path": "https://api.navigatr.app/%2e/v1",
    "scheme": "ftp://api.navigatr.app/v1",
    "no_scheme": "api.navigatr.app/v1",
    "no_host": "https:///v1",
    "port": "https://api.navigatr.app:99999/v1",
    "port_word": "https://api.navigatr.app:https/v1",
    "bracket": "https://[api.navigatr.app/v1",
    "blank": "https://api.navigatr .app/v1",
    "line_break": "https://api.navigatr.app/v1\nHost: evil",
    "look_alike": "https://аpi.navigatr.app/v1",
    "empty": "",
}


@pytest.mark.parametrize("why", REFUSED)
def test_address_is_refused_when_no_token_may_go_there(why: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        ClientConfig(REFUSED[why], allowed_hosts=HOSTS)
    assert REFUSED[why] == "" or REFUSED[why] not in str(caught.value)


def test_production_and_staging_alone_are_allowed_when_nothing_is_set() -> None:
    assert [ClientConfig(f"https://{host}/v1").base_url for host in DEFAULT_HOSTS] == [
        "https://api.navigatr.app/v1",
        "https://stagapi.navigatr.app/v1",
    ]
    with pytest.raises(InvalidInput, match="NAVIGATR_HOSTS"):
        ClientConfig("https://127.0.0.1:8099/v1")


def test_config_keeps_the_proxy_to_itself_when_it_is_shown() -> None:
    config = ClientConfig("https://api.navigatr.app/v1", proxy="http://somebody:secret@proxy.example:3128")
    assert "secret" not in repr(config)
    assert config.proxies == {"https": "http://somebody:secret@proxy.example:3128"}


def test_proxy_is_left_out_when_the_address_is_this_machines() -> None:
    own = ClientConfig("https://127.0.0.1:8099/v1", proxy="http://proxy.example:3128", allowed_hosts=HOSTS)
    assert own.proxies == {}


def test_call_may_take_ten_seconds_longer_than_a_silence_when_it_is_configured() -> None:
    assert ClientConfig("https://api.navigatr.app/v1", read_timeout=7.0).total_timeout == 17.0


@pytest.mark.parametrize(
    ("host", "own"),
    [
        *((host, True) for host in ("localhost", "127.0.0.1", "127.9.9.9", "::1")),
        *((host, False) for host in ("10.0.0.1", "localhost.evil.example", "0.0.0.0", "")),
    ],
)
def test_host_is_loopback_when_it_is_this_machine_by_its_own_name(host: str, own: bool) -> None:
    assert is_loopback(host) is own
