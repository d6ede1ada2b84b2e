"""The client for Navigatr's API. It knows no models and no settings; everything comes as arguments."""

from issuing.navigatr.auth import AccessToken, Bearer, Credentials
from issuing.navigatr.channel import Channel, boottime, deadline_guard
from issuing.navigatr.client import NavigatrClient, fetch_password_token
from issuing.navigatr.config import DEFAULT_HOSTS, ClientConfig, check_base_url
from issuing.navigatr.connection import BeforeFirstByte, Guard
from issuing.navigatr.objects import Assertion, Badge, Issued, Page, Provider, Recipient, Token, User

__all__ = [
    "DEFAULT_HOSTS",
    "AccessToken",
    "Assertion",
    "Badge",
    "Bearer",
    "BeforeFirstByte",
    "Channel",
    "ClientConfig",
    "Credentials",
    "Guard",
    "Issued",
    "NavigatrClient",
    "Page",
    "Provider",
    "Recipient",
    "Token",
    "User",
    "boottime",
    "check_base_url",
    "deadline_guard",
    "fetch_password_token",
]
