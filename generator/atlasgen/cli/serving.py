"""`serve` and `world`: emulators behind a socket, and the worlds that they begin in."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from atlasgen.cli.app import app
from atlasgen.cli.naming import api_of, emulator_of
from atlasgen.cli.terminal import filled
from atlasgen.errors import AtlasgenError
from atlasgen.runtime import worldfile
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.seeding import RECORDS
from atlasgen.spec import write


@app.command()
def serve(
    apis: Annotated[list[str], typer.Argument(metavar="NAME_OR_SPEC", help="Built environments or OpenAPI documents.")],
    host: Annotated[str, typer.Option(help="Address to listen at; 127.0.0.1 is this machine alone.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen at; 0: any free one.")] = 8080,
    seed: Annotated[int | None, typer.Option(help="World to begin in [0].")] = None,
    world: Annotated[Path | None, typer.Option(metavar="FILE", help="World of your own; see atlasgen world.")] = None,
    token: Annotated[str | None, typer.Option(help="What clients must show, as password or as bearer.")] = None,
) -> None:
    """Answer HTTP requests as the services would, from one world in memory."""
    from atlasgen.serve import http  # the server takes a while to import, and --help should not

    if token == "":
        raise AtlasgenError.single("--token", "is empty", "leave it out to let everybody in")
    if world is not None and seed is not None:
        raise AtlasgenError.single("--world", "does not go with --seed", "the file tells its own seed")
    opened = [api_of(name) for name in apis]
    base = worldfile.read(world, [emulator_of(api) for api in opened]) if world is not None else None
    served = http.application(Environment(*opened, seed=seed or 0, world=base, keep_calls=False), token=token)
    try:
        listening = http.listen(host, port)
    except OSError as error:
        what, remedy = f"cannot be listened at: {error.strerror}", "choose another --port; 0 is any free one"
        raise AtlasgenError.single(f"{host}:{port}", what, remedy) from error
    with listening:
        name, number = listening.getsockname()[:2]
        typer.echo(f"http://{f'[{name}]' if ':' in name else name}:{number}")
        http.run(served, listening)


@app.command()
def world(
    apis: Annotated[list[str], typer.Argument(metavar="SPEC_OR_NAME", help="Documents or built environments.")],
    seed: Annotated[int, typer.Option(help="Chooses ids, texts and who belongs to whom.")] = 0,
    records: Annotated[int, typer.Option(min=0, max=1_000_000, help="Records to make for each API.")] = RECORDS,
    out: Annotated[Path | None, typer.Option("-o", "--out", metavar="FILE", help="JSON to write [stdout].")] = None,
) -> None:
    """Write a generated world as JSON, to edit and to begin in with serve --world."""
    if out is not None and out.suffix.lower() != ".json":
        raise AtlasgenError.single(str(out), "would hold JSON", "let the name end in .json")
    with Console(stderr=True).status(Text("making a world")):
        opened = Environment(*map(api_of, apis), seed=seed, records=records)
        found = opened.export()
    if out is None:
        typer.echo(found, nl=False)
        return
    write.write(out, found)
    held = Counter({name: len(table) for name, table in opened.world.base.tables.items()})
    counts = ", ".join(f"{count:,} {name}" for name, count in held.most_common())
    typer.echo(filled(f"{out}: {counts or 'no records'}", "", "  "))
