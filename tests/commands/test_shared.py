"""What all commands share: whatever goes wrong is one line and an exit code."""

import io
from typing import Any

import pytest
from django.core.management import CommandError
from django.db import OperationalError

from issuing.exceptions import InvalidInput
from issuing.management.commands._shared import DONE, SOME_OTHERWISE, IssuingCommand


class Does(IssuingCommand):
    """A command that does what it is given."""

    def __init__(self, act: Any, **streams: Any) -> None:
        super().__init__(**streams)
        self.act = act

    def run(self, **options: Any) -> int:
        code: int = self.act(self)
        return code


def raises(error: BaseException) -> Any:
    def act(_command: IssuingCommand) -> int:
        raise error

    return act


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (InvalidInput("That cannot\n be used."), 2, "That cannot be used."),
        (OperationalError("gone\n\tto lunch"), 2, "The database did not answer: gone to lunch"),
        (OperationalError("no\nDETAIL:  Key (email)=(a@a.org)"), 2, "The database did not answer: no"),
        (KeyboardInterrupt(), 130, "Ended by Ctrl-C."),
    ],
)
def test_command_ends_in_one_line_when_something_goes_wrong(error: BaseException, code: int, sentence: str) -> None:
    with pytest.raises(CommandError) as ended:
        Does(raises(error)).handle()
    assert (str(ended.value), ended.value.returncode) == (sentence, code)


def test_command_does_not_say_that_nothing_was_done_when_something_was_begun() -> None:
    def act(command: IssuingCommand) -> int:
        command.code_when_failing = SOME_OTHERWISE
        raise OperationalError("gone")

    with pytest.raises(CommandError) as ended:
        Does(act).handle()
    assert ended.value.returncode == 1


@pytest.mark.parametrize("as_json", [False, True])
def test_command_says_words_on_the_other_stream_when_json_is_asked_for(as_json: bool) -> None:
    out, err = io.StringIO(), io.StringIO()

    def act(command: IssuingCommand) -> int:
        command.say("Zoë was sent it.")
        if as_json:
            command.say_json({"name": "Zoë"})
        return DONE

    Does(act, stdout=out, stderr=err).handle(json=as_json)
    words, said = "Zoë was sent it.\n", '{"name": "Zo\\u00eb"}\n'
    assert (out.getvalue(), err.getvalue()) == ((said, words) if as_json else (words, ""))


def test_command_shows_a_code_when_the_stream_cannot_show_a_letter() -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="ascii", write_through=True)

    def act(command: IssuingCommand) -> int:
        command.say("Zoë \udcff")
        return DONE

    Does(act, stdout=out).handle()
    assert raw.getvalue() == b"Zo\\xeb \\udcff\n"
