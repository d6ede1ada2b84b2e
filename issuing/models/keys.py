"""The key that hashes e-mail addresses: made once for this instance, kept encrypted, never rotated."""

import hashlib
import hmac
import secrets
import uuid
from functools import lru_cache

from django.db import models

from issuing.fields import Secret, SecretField
from issuing.validators import email_lookup_form

EMAIL_KEY = "email"


class InstanceKey(models.Model):
    """A key of this instance that outlives every rotation of ENCRYPTION_KEYS."""

    name = models.CharField(max_length=20, unique=True)
    uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    secret = SecretField()

    class Meta:
        db_table = "issuing_instance_key"

    def __str__(self) -> str:
        return self.name


def ensure_email_key() -> None:
    """Make the key where there is none; an existing one is never touched."""
    if not InstanceKey.objects.filter(name=EMAIL_KEY).exists():
        InstanceKey.objects.create(name=EMAIL_KEY, secret=Secret(secrets.token_hex(32)))


@lru_cache(maxsize=1)
def _email_hash_key() -> bytes:
    return bytes.fromhex(InstanceKey.objects.get(name=EMAIL_KEY).secret.reveal())


def email_key(address: str) -> str:
    """The keyed hash under which an address is known, also after it was erased.

    Args:
        address (str): any spelling of a valid address; case and domain form do not matter.

    Returns:
        64 hexadecimal digits.
    """
    return hmac.new(_email_hash_key(), email_lookup_form(address).encode(), hashlib.sha256).hexdigest()
