"""`flask marketing check`: reads every practice's texts and says what is wrong with them."""

import click

from marketing import blueprint
from marketing.library.library import read_library
from marketing.library.shelf import shelf


@blueprint.cli.command("check")
def check() -> None:
    """Read all texts; a line for each problem."""
    problems = 0
    for slug in shelf().slugs():
        found = read_library(shelf().root, slug)
        for problem in found.problems:
            click.echo(str(problem), err=True)
        problems += len(found.problems)
        count = len(found.pages) + len(found.visits) + len(found.places) + len(found.articles)
        click.echo(f"{slug}: {count} texts, {len(found.problems)} problems")
    if problems:
        raise click.ClickException("Texts with problems are not shown.")
