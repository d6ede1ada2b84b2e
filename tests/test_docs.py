"""What the documents say and the code does is the same."""

import re
from pathlib import Path

from django.conf import settings

from issuing.workflow.steps import STEPS

DOCS = Path(settings.BASE_DIR) / "docs"


def test_diagram_of_an_issuance_shows_every_step_and_no_other() -> None:
    drawn = re.findall(r"^    (\w+) --> (\w+)$", (DOCS / "architecture.md").read_text(), re.MULTILINE)
    assert drawn == sorted((start.value, end.value) for start, ends in STEPS.items() for end in ends)


def test_every_command_in_the_readme_exists() -> None:
    folder = Path(settings.BASE_DIR) / "issuing" / "management" / "commands"
    named = set(re.findall(r"manage\.py (\w+)", (settings.BASE_DIR / "README.md").read_text()))
    assert named - {path.stem for path in folder.glob("*.py")} == set()


def test_every_guard_names_a_test_that_exists() -> None:
    """Each by the one name that its test has."""
    _, _, section = (DOCS / "architecture.md").read_text().partition("### Guards, and the test that misses each\n")
    named = re.findall(r"\| `(test_\w+)` \|$", section.partition("\n### ")[0], re.MULTILINE)
    tests = [path.read_text() for path in (Path(settings.BASE_DIR) / "tests").rglob("test_*.py")]
    found = {name: sum(len(re.findall(rf"^def {name}\(", text, re.MULTILINE)) for text in tests) for name in named}
    assert found == dict.fromkeys(named, 1)
    assert len(named) > 25
