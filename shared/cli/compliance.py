"""`flask compliance report`: the control table as one page, refused while a proof is missing."""

import html
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import click

from shared import clock
from shared.cli.controls import (
    STATES,
    TABLE,
    Control,
    Table,
    TableUnsound,
    list_missing,
    read_table,
    sees_tests,
)

INTRODUCTION = (
    "Each row says what a rule asks (in our words), how the program meets it, and which tests"
    " prove it. `practice` is a duty a program can only support; `later` names the part that will"
    " bring it; `not met` is a gap we know. This is evidence for a review, not a certificate."
)
STYLE = """
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:90rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%;table-layout:fixed}
th,td{text-align:left;vertical-align:top;padding:.5rem;border-bottom:1px solid #8886}
th:nth-child(1){width:11%}th:nth-child(2){width:18%}th:nth-child(3){width:6%}
th:nth-child(4){width:28%}
code{font-size:.8em;overflow-wrap:anywhere}
.met{color:#14713d}.part,.later{color:#8a5a00}.not-met{color:#b3261e}.practice{color:#3554b5}
@media(prefers-color-scheme:dark){.met{color:#6fd19a}.part,.later{color:#e7b45a}
.not-met{color:#ff9d94}.practice{color:#a9bcff}}
@media(max-width:60rem){thead{display:none}tr,td{display:block}td{border:0;padding:.1rem 0}
tr{border-bottom:1px solid #8886;padding:1rem 0}}
@media print{body{max-width:none;font-size:10px}tr{break-inside:avoid}}
"""


@click.group("compliance")
def compliance() -> None:
    """What is asked of us, and what proves that we do it."""


@compliance.command("report")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write it: a name that ends in .html gets a page for a browser, else Markdown.",
)
def report(out: Path | None) -> None:
    """The control table as one page; fails when a test or a file that it names is not there."""
    try:
        table = read_table()
    except TableUnsound as unsound:
        raise click.ClickException(str(unsound)) from unsound
    missing = list_missing(table)
    if missing:
        raise click.ClickException("The table names what is not there.\n" + "\n".join(missing))
    made = f"Made on {clock.now():%Y-%m-%d}. {checked()}"
    text = as_html(table, made) if out and out.suffix == ".html" else as_markdown(table, made)
    if out is None:
        click.echo(text)
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text)
    click.echo(f"Wrote {out}: {summary(table.controls)}.")


def checked() -> str:
    """What this run could look at."""
    if sees_tests():
        return "Every file and every test named below exists; `make test` runs them all."
    return "The tests are not part of this image: only the program's own files were looked for."


def summary(rows: Iterable[Control]) -> str:
    """ "12 met, 3 practice": the states that occur, in their order."""
    counted = Counter(row.state for row in rows)
    return ", ".join(f"{counted[state]} {state}" for state in STATES if counted[state])


def as_markdown(table: Table, made: str) -> str:
    """The page as Markdown."""
    lines = ["# Controls", "", INTRODUCTION, "", made, ""]
    for key, name in table.standards.items():
        rows = [row for row in table.controls if row.standard == key]
        lines += [f"## {name}", "", f"{len(rows)} rows: {summary(rows)}.", ""]
        lines += ["| id | asks | state | how, and what is left | code | proof |"]
        lines += ["|---|---|---|---|---|---|"]
        lines += [_markdown_row(row) for row in rows]
        outside = [one for one in table.outside if one.standard == key]
        if outside:
            lines += ["", "Does not apply:", ""]
            lines += [f"- {', '.join(one.ids)}: {one.why}" for one in outside]
        lines += [""]
    return "\n".join(lines)


def _markdown_row(row: Control) -> str:
    cells = (
        f"{row.id} ({row.level})",
        row.asks,
        row.state,
        _said(row),
        _ticked(row.code, "<br>"),
        _ticked(row.tests, "<br>"),
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _said(row: Control) -> str:
    return f"{row.how} Left: {row.left}" if row.left else row.how


def _ticked(names: Iterable[str], between: str) -> str:
    return between.join(f"`{name}`" for name in names)


def as_html(table: Table, made: str) -> str:
    """The page as one file that needs nothing else."""
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width">',
        f"<title>Controls</title><style>{STYLE}</style></head><body><main><h1>Controls</h1>",
        f"<p>{_inline(INTRODUCTION)}</p><p>{_inline(made)} From <code>{TABLE}</code>.</p>",
    ]
    for key, name in table.standards.items():
        rows = [row for row in table.controls if row.standard == key]
        parts += [f"<h2>{html.escape(name)}</h2><p>{len(rows)} rows: {summary(rows)}.</p><table>"]
        parts += ["<thead><tr><th>id<th>asks<th>state<th>how, and what is left<th>code and proof"]
        parts += ["</thead><tbody>", *(_html_row(row) for row in rows), "</tbody></table>"]
        outside = [one for one in table.outside if one.standard == key]
        if outside:
            parts += ["<h3>Does not apply</h3><ul>"]
            parts += [f"<li>{', '.join(one.ids)}: {_inline(one.why)}" for one in outside]
            parts += ["</ul>"]
    return "\n".join([*parts, "</main></body></html>\n"])


def _html_row(row: Control) -> str:
    named = [*row.code, *row.tests]
    cells = (
        f"<td>{html.escape(row.id)} ({row.level})",
        f"<td>{_inline(row.asks)}",
        f'<td class="{row.state.replace(" ", "-")}"><strong>{row.state}</strong>',
        f"<td>{_inline(_said(row))}",
        "<td>" + "<br>".join(f"<code>{html.escape(name)}</code>" for name in named),
    )
    return "<tr>" + "".join(cells)


def _inline(text: str) -> str:
    """Escaped text in which what stands between backticks is code."""
    pieces = html.escape(text).split("`")
    return "".join(f"<code>{one}</code>" if odd % 2 else one for odd, one in enumerate(pieces))
