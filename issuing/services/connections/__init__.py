"""Navigatr accounts: connect and verify them, make their clients, pace their calls."""

from issuing.services.connections.accounts import Connected, connect, resume, stop
from issuing.services.connections.breaking import ask, breaker_of, note_begun, note_ended
from issuing.services.connections.choosing import Choice, add_organisation, connect_or_ask
from issuing.services.connections.clients import client_for, config, credentials, renew_token, token_is_due
from issuing.services.connections.inspecting import Inspected, Organisation, inspect
from issuing.services.connections.logins import AUTO, Login, fingerprint
from issuing.services.connections.pacing import lock, pause, recover, rest, spend, wait_for_slot
from issuing.services.connections.reading import read
from issuing.services.connections.replacing import Replaced, replace
from issuing.services.connections.sealing import seal, unseal

__all__ = [
    "AUTO",
    "Choice",
    "Connected",
    "Inspected",
    "Login",
    "Organisation",
    "Replaced",
    "add_organisation",
    "ask",
    "breaker_of",
    "client_for",
    "config",
    "connect",
    "connect_or_ask",
    "credentials",
    "fingerprint",
    "inspect",
    "lock",
    "note_begun",
    "note_ended",
    "pause",
    "read",
    "recover",
    "renew_token",
    "replace",
    "rest",
    "resume",
    "seal",
    "spend",
    "stop",
    "token_is_due",
    "unseal",
    "wait_for_slot",
]
