"""The application that commands register with, and the way out of it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NoReturn

import typer

from atlasgen.cli.terminal import WIDTH, complain
from atlasgen.errors import AtlasgenError, Problem

app = typer.Typer(
    name="atlasgen",
    help="Turn OpenAPI documents into environments that agents can be trained in.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": WIDTH},
)


def main() -> NoReturn:
    """Run the command line and leave the process with its exit code."""
    try:
        app(prog_name="atlasgen")
    except AtlasgenError as error:
        complain(error.problems)
    except OSError as error:
        complain([Problem(str(error.filename or "atlasgen"), error.strerror or str(error))])
    sys.exit(2)


@app.callback(invoke_without_command=True)
def welcome(context: typer.Context) -> None:
    """Turn OpenAPI documents into environments that agents can be trained in."""
    if context.invoked_subcommand is None:
        typer.echo("atlasgen turns OpenAPI documents into environments that agents can be trained in.\n")
        typer.echo(f"Next, build one:  {suggestion()}")
        typer.echo("All commands:     atlasgen --help")


def suggestion() -> str:
    documents = [str(path) for path in sorted(Path("specs").glob("*.yaml"))[:2]]
    return " ".join(["atlasgen build", *(documents or ["path/to/openapi.yaml"])])
