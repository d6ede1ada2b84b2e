"""Runs a command as a person would, in this process."""

import io
from dataclasses import dataclass

from django.core.management import CommandError, call_command


@dataclass(frozen=True)
class Ran:
    """How a command ended: its exit code, standard output and standard error."""

    code: int
    out: str
    err: str


def run(command: str, *arguments: object) -> Ran:
    out, err = io.StringIO(), io.StringIO()
    code = 0
    try:
        call_command(command, *map(str, arguments), stdout=out, stderr=err)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except CommandError as error:
        code = error.returncode
        err.write(f"{error}\n")
    return Ran(code, out.getvalue(), err.getvalue())
