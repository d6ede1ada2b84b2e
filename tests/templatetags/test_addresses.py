"""Where a name or an address may go on in the next line."""

import pytest

from issuing.templatetags.addresses import breakable


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ""),
        ("Ana-Maria", "Ana-Maria"),
        ("<b>", "&lt;b&gt;"),
        ("a.b@c-d.org", "a.<wbr>b<wbr>@c-d.org"),
        ("<i>@x", "&lt;i&gt;<wbr>@x"),
        ("x" * 21, f"{'x' * 20}<wbr>x"),
    ],
)
def test_text_may_break_at_the_parts_of_an_address_and_is_escaped(text: str, said: str) -> None:
    assert breakable(text) == said
