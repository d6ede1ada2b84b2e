"""Slips of the keyboard and of programs: addresses and names that are probably meant otherwise."""

import re
from functools import lru_cache
from typing import Final

from issuing.validators import InvalidValue, clean_text, normalise_email

KEEPABLE: Final = frozenset({"look_alike_domain", "garbled_letters", "lost_letters"})
"""Codes of problems that staff may accept: the value can be used as it stands."""

_COM: Final = frozenset({"com"})
_BRITISH: Final = frozenset({"com", "co.uk"})
# By what stands before the first dot, what may stand after it.
_PROVIDERS: Final = {
    "gmail": _COM,
    "googlemail": _COM,
    "hotmail": _BRITISH | {"fr", "de", "es", "it", "be", "nl", "ca", "ch"},
    "outlook": _BRITISH | {"ie", "fr", "de", "es", "it", "be"},
    "yahoo": _BRITISH | {"ie", "fr", "de", "es", "it", "ca", "in", "co.in"},
    "icloud": _COM,
    "rocketmail": _COM,
    "btinternet": _COM,
    "virginmedia": _COM,
    "ntlworld": _COM,
    "protonmail": _COM,
    "blueyonder": frozenset({"co.uk"}),
    "talktalk": frozenset({"net"}),
}
# Real ones that are a letter away from those.
_REAL: Final = frozenset({"mail", "email", "ymail", "gmx", "hotmailpro", "fastmail", "yahoo-inc", "bmail", "vmail"})
_ENDINGS: Final = {
    **dict.fromkeys(("con", "cmo", "ocm", "comm", "vom", "xom", "cpm", "coom", "c0m", "copm", "ccom", "cim"), "com"),
    **dict.fromkeys(("co.ku", "co.uj", "co.ik", "co.yk", "c.uk", "couk", "co.u", "co.ukk", "uk.co", "cu.uk"), "co.uk"),
    "ac.ku": "ac.uk",
    "ac.ukk": "ac.uk",
    "acuk": "ac.uk",
    "sch.ku": "sch.uk",
    "gov.ku": "gov.uk",
    "ogr": "org",
    "prg": "org",
    "orgg": "org",
    "nte": "net",
    "ent": "net",
    "nett": "net",
    "ney": "net",
}
# Endings that exist, but not with these providers.
_FOR_PROVIDERS: Final = dict.fromkeys(("co", "cm", "om", "uk", "co.uk", "cc", "c", "cn", "org", "net"), "com")
_HOMOGLYPHS: Final = str.maketrans("аеорсхуіјԁһԛѕνοα", "aeopcxyijdhqsvoa")

_GARBLED: Final = re.compile("[ÂÃÄÅ][\u0080-¿ŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]|â€")
_LOST: Final = re.compile(r"\ufffd|[^\W\d_]\?|\?[^\W\d_]")
_AT: Final = re.compile(r"\s*[(\[{]\s*(at|@)\s*[)\]}]\s*|\s+at\s+(?=\S+\.\S+$)", re.IGNORECASE)


class Suspect(InvalidValue):
    """A value that could be used and is probably meant otherwise.

    Args:
        value (str): as it would be used.
        suggestion (str): what was probably meant; empty where that cannot be told.
    """

    def __init__(self, code: str, message: str, *, value: str, suggestion: str = "") -> None:
        super().__init__(code, message)
        self.value = value
        self.suggestion = suggestion


def check_domain(address: str) -> str:
    """The address, unless its domain looks like a slip for a well-known one.

    Raises:
        Suspect: `look_alike_domain`, with the address that was probably meant.
    """
    local, _, domain = address.rpartition("@")
    meant = probable_domain(domain)
    if not meant:
        return address
    raise Suspect(
        "look_alike_domain",
        f"“{domain}” looks like a slip for “{meant}”. Use the suggestion, or keep the address if it is right.",
        value=address,
        suggestion=f"{local}@{meant}",
    )


def check_letters(name: str, *, label: str) -> str:
    """The name, unless its letters were spoilt by a program before.

    Raises:
        Suspect: `garbled_letters`, with the name that was probably meant, or `lost_letters`.
    """
    if (name.isascii() and "?" not in name) or not (_GARBLED.search(name) or _LOST.search(name)):
        return name
    if _GARBLED.search(name) and (meant := _ungarbled(name)):
        sentence = f"The {label} “{name[:60]}” came out garbled; probably “{meant[:60]}” is meant."
        raise Suspect("garbled_letters", sentence, value=name, suggestion=meant)
    if _LOST.search(name):
        sentence = f"In the {label} “{name[:60]}” a letter seems to be lost. Type the name as it should be."
        raise Suspect("lost_letters", sentence, value=name)
    return name


def probable_address(cell: str) -> str:
    """What was meant by something that is no address, where a small change makes it one; else empty."""
    text = _AT.sub("@", clean_text(cell))
    for meant in (
        text,
        text.replace(",", "."),
        re.sub(r"\s", "", text),
        re.sub(r"[;,:]", ".", re.sub(r"\s", "", text)),
    ):
        try:
            address = normalise_email(re.sub(r"\.{2,}", ".", re.sub("@+", "@", meant)).strip("."))
        except InvalidValue:
            continue
        local, _, domain = address.rpartition("@")
        return f"{local}@{probable_domain(domain) or domain}"
    return ""


@lru_cache(maxsize=4096)
def probable_domain(domain: str) -> str:
    """The well-known domain that was probably meant; empty where the domain is in order."""
    plain = domain.translate(_HOMOGLYPHS)
    label, _, ending = plain.partition(".")
    name, _, above = plain.rpartition(".")
    meant = _ENDINGS.get(ending, ending)
    if meant == ending and above in _ENDINGS and above not in ("c",):
        label, meant = name, _ENDINGS[above]
    provider = _provider(label, meant)
    if provider:
        possible = _PROVIDERS[provider]
        meant = meant if meant in possible else _FOR_PROVIDERS.get(meant, meant)
        label = provider if meant in possible else label
    fixed = f"{label}.{meant}"
    return fixed if fixed != domain and fixed.isascii() else ""


def _provider(label: str, ending: str) -> str:
    if label in _PROVIDERS:
        return label
    if label in _REAL:
        return ""
    return next((known for known in _PROVIDERS if _is_one_slip(label, known) and ending in _PROVIDERS[known]), "")


def _is_one_slip(typed: str, meant: str) -> bool:
    """Whether one letter is missing, too many or another, or two have changed places."""
    if abs(len(typed) - len(meant)) > 1:
        return False
    start = next((index for index, (one, other) in enumerate(zip(typed, meant, strict=False)) if one != other), None)
    if start is None:
        return len(typed) != len(meant)
    typed, meant = typed[start:], meant[start:]
    swapped = typed[:2] == meant[1::-1] and typed[2:] == meant[2:]
    return swapped or typed[1:] == meant[1:] or typed[1:] == meant or typed == meant[1:]


def _ungarbled(name: str) -> str:
    try:
        meant = clean_text(name.encode("cp1252").decode())
    except UnicodeError:
        return ""
    return meant if meant.isprintable() else ""
