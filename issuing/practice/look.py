"""What the practice pages look like: one style sheet, one frame, drawn badges. Nothing comes from elsewhere."""

from html import escape

from issuing.practice.catalogue import Badge

STYLE = """
:root { color-scheme: light dark; --ink: #1d2433; --soft: #5a6478; --line: #d5dae3; --ground: #f5f6f9;
  --card: #ffffff; --strong: #1f5f8b; --on-strong: #ffffff; --good: #1c6b3c; --warn: #8a4b00; }
@media (prefers-color-scheme: dark) { :root { --ink: #e7eaf1; --soft: #a7b0c2; --line: #39425a; --ground: #141925;
  --card: #1d2433; --strong: #7fbce6; --on-strong: #10151f; --good: #7fd6a0; --warn: #f0b866; } }
* { box-sizing: border-box; }
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground); }
header { background: var(--card); border-bottom: 4px solid var(--warn); }
header div, main { max-width: 66rem; margin: 0 auto; padding: .75rem 1.25rem; }
header div { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: baseline; }
header strong { font-size: 1.1rem; } header span { color: var(--soft); }
nav { margin-left: auto; display: flex; gap: 1rem; }
a { color: var(--strong); } h1 { font-size: 1.6rem; margin: 1rem 0 .5rem; } h2 { font-size: 1.2rem; margin: 0 0 .5rem; }
section { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem 1.25rem;
  margin: 1rem 0; overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; color: var(--soft); padding-bottom: .5rem; }
th, td { text-align: left; padding: .4rem .75rem .4rem 0; border-top: 1px solid var(--line); vertical-align: top; }
code { font: .95em ui-monospace, monospace; overflow-wrap: anywhere; }
form.row { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; } td form { margin: 0; }
label { display: grid; gap: .2rem; color: var(--soft); font-size: .9rem; }
input, select, button { font: inherit; padding: .35rem .6rem; border: 1px solid var(--soft); border-radius: .3rem;
  color: var(--ink); background: var(--card); max-width: 100%; }
button { background: var(--strong); border-color: var(--strong); color: var(--on-strong); cursor: pointer; }
button.quiet { background: transparent; color: var(--strong); }
:focus-visible { outline: 3px solid var(--warn); outline-offset: 2px; }
dl.numbers { display: flex; flex-wrap: wrap; gap: .5rem 2.5rem; margin: 0; } dl.numbers div { display: flex;
  flex-direction: column-reverse; } dl.numbers dd { margin: 0; font-size: 1.6rem; font-weight: 600; }
dt, .soft { color: var(--soft); } .tag { border: 1px solid currentColor; border-radius: 1rem; padding: 0 .6rem;
  font-size: .85rem; white-space: nowrap; } .good { color: var(--good); } .warn { color: var(--warn); }
img.badge { width: 8rem; height: 8rem; }
"""

_COLOURS = ("#1f5f8b", "#1c6b3c", "#7a3b8f", "#8a4b00", "#9c2f3f", "#2f4f9c")


def frame(title: str, content: str) -> str:
    """Return a whole page; `content` is HTML, `title` is not."""
    return f"""<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)} · Practice Navigatr</title><link rel="stylesheet" href="/practice/style.css"></head>
<body><header><div><strong>Practice Navigatr</strong><span>A stand-in. Nothing here leaves this computer.</span>
<nav><a href="/">Control</a><a href="/outbox">Outbox</a></nav></div></header>
<main><h1>{escape(title)}</h1>
{content}
</main></body></html>
"""


def section(heading: str, content: str) -> str:
    """Return a card; `content` is HTML, `heading` is not."""
    return f"<section><h2>{escape(heading)}</h2>{content}</section>"


def table(heads: tuple[str, ...], rows: list[tuple[str, ...]], caption: str = "") -> str:
    """Return a table; cells are HTML, heads and caption are not."""
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    titled = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f"<table>{titled}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def button(action: str, label: str, *, about: str = "", quiet: bool = False) -> str:
    """Return a form of one button; `about` completes its name for those who only hear it."""
    spoken = f' aria-label="{escape(f"{label} {about}")}"' if about else ""
    kind = ' class="quiet"' if quiet else ""
    return f'<form method="post" action="{escape(action)}"><button{kind}{spoken}>{escape(label)}</button></form>'


def code(text: object) -> str:
    """Return text to be copied as it is."""
    return f"<code>{escape(str(text))}</code>"


def tag(text: str, kind: str = "") -> str:
    """Return a small coloured pill."""
    return f'<span class="tag {escape(kind)}">{escape(text)}</span>'


def picture(badge: Badge) -> str:
    """Return a badge's image as SVG: a disc in one of six colours with the initials of its name."""
    initials = escape("".join(word[0] for word in badge.name.split()[:2]).upper())
    colour = _COLOURS[badge.id % len(_COLOURS)]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200" width="200" height="200" role="img">'
        f"<title>{escape(badge.name)}</title>"
        f'<circle cx="100" cy="100" r="96" fill="{colour}"/>'
        '<circle cx="100" cy="100" r="82" fill="none" stroke="#ffffff" stroke-width="4" stroke-dasharray="2 8"/>'
        '<text x="100" y="126" text-anchor="middle" font-family="sans-serif" font-size="72" font-weight="700" '
        f'fill="#ffffff">{initials}</text></svg>'
    )
