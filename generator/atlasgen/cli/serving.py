"""`serve` and `world`: emulators behind a socket, and the worlds that they begin in."""

from __future__ import annotations

import secrets
import socket
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from atlasgen.cli.app import app
from atlasgen.cli.naming import api_of, emulator_of, scenario_of
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
    seed: Annotated[int | None, typer.Option(help="World that episodes begin in [0].")] = None,
    records: Annotated[
        int | None, typer.Option(min=0, max=1_000_000, help="Records to make for each API [24].")
    ] = None,
    world: Annotated[Path | None, typer.Option(metavar="FILE", help="World of your own; see atlasgen world.")] = None,
    token: Annotated[str | None, typer.Option(help="What clients show, as password or as bearer [random].")] = None,
    control_token: Annotated[str | None, typer.Option(help="What /_atlasgen/ asks for [random].")] = None,
    idle: Annotated[float, typer.Option(min=1, help="Seconds after which an unused episode is forgotten.")] = 3600,
) -> None:
    """Answer HTTP requests as the services would; each credential has an episode of its own over one world."""
    # The server takes a while to import, and --help should not.
    from atlasgen.serve import http, running
    from atlasgen.serve.episodes import Episodes

    _check_tokens(token, control_token)
    environment = _environment(apis, seed, records, world)
    shown, control = token or secrets.token_urlsafe(18), control_token or secrets.token_urlsafe(18)
    episodes = Episodes(environment, idle=idle)
    served = http.application(environment, token=shown, control_token=control, episodes=episodes)
    with _listening(host, port) as listening:
        _announce(listening, "", shown, control, chosen=(token is not None, control_token is not None))
        running.run(running.server(served, each_second=episodes.sweep), listening)


@app.command()
def mcp(
    apis: Annotated[list[str], typer.Argument(metavar="NAME_OR_SPEC", help="Built environments or OpenAPI documents.")],
    tool: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A tool to offer [all]; may be repeated.")
    ] = None,
    scenario: Annotated[str | None, typer.Option(help="Offer the tools of a scenario of rewards/.")] = None,
    over_http: Annotated[bool, typer.Option("--http", help="Speak over HTTP, not on stdin and stdout.")] = False,
    host: Annotated[str, typer.Option(help="Address to listen at; 127.0.0.1 is this machine alone.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen at; 0: any free one.")] = 8081,
    seed: Annotated[int | None, typer.Option(help="World that episodes begin in [0].")] = None,
    records: Annotated[int | None, typer.Option(min=0, max=1_000_000, help="Records made for each API [24].")] = None,
    world: Annotated[Path | None, typer.Option(metavar="FILE", help="World of your own; see atlasgen world.")] = None,
    token: Annotated[str | None, typer.Option(help="What clients show over HTTP [random].")] = None,
    control_token: Annotated[str | None, typer.Option(help="What /_atlasgen/ asks for [random].")] = None,
    idle: Annotated[float, typer.Option(min=1, help="Seconds after which an unused episode is forgotten.")] = 3600,
) -> None:
    """Offer the operations as tools over the Model Context Protocol, on stdin and stdout or over HTTP."""
    # The protocol takes a while to import, and --help should not.
    from atlasgen.serve import mcp as protocol
    from atlasgen.serve import running
    from atlasgen.serve.calllog import CallLog
    from atlasgen.serve.episodes import Episodes

    _check_tokens(token, control_token)
    environment = _environment(apis, seed, records, world)
    names = [*(tool or ()), *(scenario_of(scenario).tools if scenario is not None else ())]
    episodes, log, name = Episodes(environment, idle=idle), CallLog(), "-".join(Path(api).stem for api in apis)
    tools = protocol.Tools(environment, protocol.chosen(environment, names), episodes, log)
    if not over_http:
        protocol.run_alone(tools, name)
        return
    shown, control = token or secrets.token_urlsafe(18), control_token or secrets.token_urlsafe(18)
    with _listening(host, port) as listening:
        served = protocol.application(
            environment, tools, name, host=host, token=shown, control_token=control, episodes=episodes, log=log
        )
        _announce(listening, protocol.PATH, shown, control, chosen=(token is not None, control_token is not None))
        running.run(running.server(served, lifespan=True, each_second=episodes.sweep), listening)


def _check_tokens(token: str | None, control_token: str | None) -> None:
    for option, given in (("--token", token), ("--control-token", control_token)):
        if given == "":
            raise AtlasgenError.single(option, "is empty", "leave it out, and a random one is printed")


def _listening(host: str, port: int) -> socket.socket:
    from atlasgen.serve import running

    try:
        return running.listen(host, port)
    except OSError as error:
        what, remedy = f"cannot be listened at: {error.strerror}", "choose another --port; 0 is any free one"
        raise AtlasgenError.single(f"{host}:{port}", what, remedy) from error


def _announce(listening: socket.socket, path: str, token: str, control: str, *, chosen: tuple[bool, bool]) -> None:
    """Print where a server is reached, and the tokens that nobody has chosen."""
    name, number = listening.getsockname()[:2]
    origin = f"http://{f'[{name}]' if ':' in name else name}:{number}"
    typer.echo(origin + path)
    if not chosen[0]:
        typer.echo(f"token    {token}")
    typer.echo(f"control  {origin}/_atlasgen/" + ("" if chosen[1] else f"  token {control}"))


def _environment(apis: list[str], seed: int | None, records: int | None, world: Path | None) -> Environment:
    """Return the environment that is served, in a world that is made or read."""
    if world is not None:
        for option, given in (("--seed", seed), ("--records", records)):
            if given is not None:
                raise AtlasgenError.single("--world", f"does not go with {option}", "the file tells its own world")
    opened = [api_of(name) for name in apis]
    base = worldfile.read(world, [emulator_of(api) for api in opened]) if world is not None else None
    made = RECORDS if records is None else records
    return Environment(*opened, seed=seed or 0, records=made, world=base, keep_calls=False)


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
