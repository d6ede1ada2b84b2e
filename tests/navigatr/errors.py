"""Every error that the libraries under a call know, found by looking at them."""

import builtins
import http.client
import socket
import ssl
from types import ModuleType

import requests.exceptions
import urllib3.exceptions

# A group needs its errors to be made. The pool itself raises the other one, where it has no connection to lose.
NOT_RAISED = (BaseExceptionGroup, urllib3.exceptions.EmptyPoolError)
MODULES = (requests.exceptions, urllib3.exceptions, http.client, socket, ssl, builtins)


def all_errors() -> list[type[Exception]]:
    """The classes, each once; all can be made without arguments by `kind.__new__(kind)`."""
    found = {kind for module in MODULES for kind in _errors_of(module)}
    return sorted(found, key=lambda kind: (kind.__module__, kind.__name__))


def _errors_of(module: ModuleType) -> list[type[Exception]]:
    kinds = [kind for kind in vars(module).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    return [kind for kind in kinds if not issubclass(kind, NOT_RAISED)]
