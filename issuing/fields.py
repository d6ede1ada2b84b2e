"""Secrets at rest: a field that encrypts with the keys of ENCRYPTION_KEYS and binds each value to its own row."""

from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models
from django.db.models import F
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast
from django.db.models.query_utils import DeferredAttribute

from issuing.exceptions import SecretUnreadable


@lru_cache(maxsize=4)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError:
        raise SecretUnreadable("ENCRYPTION_KEYS is empty or holds something that is not a Fernet key.") from None


def encrypt(data: bytes, bound_to: str) -> bytes:
    """Encrypt with the first key; `bound_to` is asked for again by `decrypt`."""
    return _fernet(tuple(settings.ENCRYPTION_KEYS)).encrypt(bound_to.encode() + b"\0" + data)


def decrypt(token: bytes, bound_to: str) -> bytes:
    """Decrypt what `encrypt` made for the same row.

    Raises:
        SecretUnreadable: no key fits, or the value belongs to another row.
    """
    try:
        plain = _fernet(tuple(settings.ENCRYPTION_KEYS)).decrypt(token)
    except InvalidToken:
        raise SecretUnreadable(
            "A stored secret cannot be read with the present ENCRYPTION_KEYS. Put the earlier key back, behind the "
            "new one; nothing is sent until then, and nothing is lost."
        ) from None
    owner, _, data = plain.partition(b"\0")
    if owner.decode() != bound_to:
        raise SecretUnreadable("A stored secret belongs to another row: the database was changed by hand.")
    return data


def is_current(token: bytes) -> bool:
    """Whether the first key encrypted it, so that it needs none of the others."""
    try:
        _fernet((settings.ENCRYPTION_KEYS[0],)).decrypt(token)
    except InvalidToken:
        return False
    return True


class Encrypted:
    """What every field is that keeps something encrypted, so that changing the keys misses none."""

    attname: str

    def raw(self) -> Combinable:
        """What stands in the column, for a query: the encrypted text or bytes."""
        return F(self.attname)

    def stored(self, token: bytes) -> Any:
        """Something encrypted, as `update()` takes it."""
        return token


class SealedField(Encrypted, models.BinaryField):
    """Keeps bytes that `encrypt` made, bound to their row's `uuid`."""

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.BinaryField", args, kwargs


class Secret:
    """A value that shows itself nowhere but through `reveal()`; not a `str`, so it joins and dumps into nothing."""

    __slots__ = ("_bound_to", "_plain", "_token")

    def __init__(self, plain: str | None = None, *, token: str | None = None, bound_to: str | None = None) -> None:
        self._plain = plain
        self._token = token
        self._bound_to = bound_to

    def reveal(self) -> str:
        """The secret itself.

        Raises:
            SecretUnreadable: the keys do not fit, or it was moved from another row.
        """
        if self._plain is None:
            if self._token is None or self._bound_to is None:
                raise SecretUnreadable("This secret was read without its row.")
            self._plain = decrypt(self._token.encode(), self._bound_to).decode()
        return self._plain

    def sealed_for(self, bound_to: str) -> str:
        """The encrypted text to store in the row `bound_to`."""
        if self._token is not None and self._bound_to == bound_to:
            return self._token
        return encrypt(self.reveal().encode(), bound_to).decode()

    def bind(self, bound_to: str) -> None:
        if self._bound_to is None:
            self._bound_to = bound_to

    def __bool__(self) -> bool:
        return self._token is not None or bool(self._plain)

    def __repr__(self) -> str:
        return "<secret>"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> "Secret":
        return self

    def __reduce__(self) -> Any:
        raise TypeError("a secret is not pickled")


class _SecretAttribute(DeferredAttribute):
    """Hands out a secret bound to its row, loading it where it was deferred; takes nothing but secrets."""

    def __get__(self, instance: Any, cls: type | None = None) -> Any:
        value = super().__get__(instance, cls)
        if isinstance(value, Secret):
            value.bind(str(instance.uuid))
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        if value is not None and not isinstance(value, Secret):
            raise TypeError(f"{self.field.attname} takes a Secret or None")
        instance.__dict__[self.field.attname] = value


class SecretField(Encrypted, models.TextField):
    """Keeps a `Secret` encrypted, bound to its row's `uuid`. Cannot be looked up and is not written by `update()`."""

    _pyi_private_set_type: Secret  # type: ignore[assignment]
    _pyi_private_get_type: Secret  # type: ignore[assignment]
    descriptor_class = _SecretAttribute
    empty_strings_allowed = False

    def raw(self) -> Combinable:
        return Cast(self.attname, models.TextField())

    def stored(self, token: bytes) -> Any:
        return _Sealed(token.decode())

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Secret | None:
        return None if value is None else Secret(token=value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        secret = getattr(model_instance, self.attname)
        if secret is None:
            return None
        return _Sealed(secret.sealed_for(str(model_instance.uuid)))  # type: ignore[attr-defined]

    def get_prep_value(self, value: Any) -> Any:
        if value is None or isinstance(value, _Sealed):
            return None if value is None else str(value)
        raise TypeError("a secret is written by save() only, and is never searched for")

    def to_python(self, value: Any) -> Any:
        """The value as it is: text made of it would be no secret any more."""
        return value

    def formfield(self, *args: Any, **kwargs: Any) -> None:
        """None: no form shows a secret or takes one by this field."""
        return

    def get_lookup(self, lookup_name: str) -> Any:
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def value_to_string(self, obj: models.Model) -> str:
        raise TypeError("a secret is not serialised")


class _Sealed(str):
    """Encrypted text on its way into the database."""

    __slots__ = ()
