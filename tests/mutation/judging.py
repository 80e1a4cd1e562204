"""Judges the mutants of a module, each in a forked child of a process that has loaded what does not hang on it.

A mutant is noticed by the first check that fails, breaks, or takes far longer than it takes the code as it is.
"""

from __future__ import annotations

import ast
import contextlib
import json
import os
import resource
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.abc import InspectLoader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Final

from tests.mutation.checks import Check
from tests.mutation.modules import imports, modules, needed_by
from tests.mutation.operators import Mutation, mutated

_SLOWER: Final = 5  # times as long as the code as it is
_SPARE: Final = 5  # and so many seconds
_WAIT: Final = 900  # seconds by the clock, however busy the machine is
_MEMORY: Final = 8 << 30  # bytes of addresses
_THIRD_PARTIES: Final = ("hypothesis", "jsonschema_rs", "lark", "orjson", "pydantic", "pytest", "rich", "typer", "yaml")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a mutant.

    Attributes:
        check: The check that noticed it; empty where none did.
        how: `fails`, `breaks` (with an exception that is no check's verdict), `hangs` or `dies`; empty likewise.
        seconds: Processor time.
        why: The end of the traceback, if it breaks.
    """

    check: str
    how: str
    seconds: float
    why: str = ""

    @property
    def noticed(self) -> bool:
        """Whether some check noticed it."""
        return bool(self.check)


class Broken(Exception):
    """The code as it is does not pass a check: nothing can be said of mutants."""


class _Mutated(MetaPathFinder, InspectLoader):
    """Loads one module from a syntax tree in place of its file."""

    def __init__(self, name: str, path: Path, tree: ast.Module) -> None:
        self._name, self._path, self._tree = name, path, tree

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self._name:
            return None
        spec = spec_from_loader(fullname, self, origin=str(self._path))
        if spec is not None:
            spec.has_location = True
        return spec

    def get_code(self, fullname: str) -> CodeType:
        return compile(self._tree, str(self._path), "exec")

    def get_source(self, fullname: str) -> str:
        return ast.unparse(self._tree)


def judge(
    module: str,
    path: Path,
    mutants: Iterable[Mutation],
    checks: Sequence[Check],
    *,
    roots: tuple[str, ...] = (),
    spare: float = _SPARE,
    usual: dict[str, float] | None = None,
) -> Iterator[tuple[Mutation, Verdict]]:
    """Yield what becomes of mutants of a module, one after the other.

    To be called in a process that has not imported the module. That process loads what the module does not touch.

    Args:
        module: The name of the module.
        path: Its file.
        mutants: The mutants.
        checks: What they are held against.
        roots: What the checks will import.
        spare: Seconds of processor time that a check may take beyond several times what it takes the code as it is.
        usual: What each check takes the code as it is, by name, where it has passed it already; what is found out here
            is added.

    Raises:
        Broken: the code as it is fails a check.
    """
    _warm_up(module, roots)
    source = path.read_text(encoding="utf-8")
    usual = {} if usual is None else usual
    if new := [check for check in checks if check.name not in usual]:
        taken: list[float] = []
        as_it_is = _run(lambda: None, new, [float("inf")] * len(new), taken)
        if as_it_is.noticed:
            raise Broken(f"{module} as it is: {as_it_is.check} {as_it_is.how}\n{as_it_is.why}")
        for check, seconds in zip(new, taken, strict=True):
            print(f"  {seconds:6.1f} s  {check.name}", file=sys.stderr)
            usual[check.name] = seconds
    limits = [_SLOWER * usual[check.name] + spare for check in checks]
    for mutation in mutants:
        finder = _Mutated(module, path, mutated(source, mutation))
        yield mutation, _run(partial(sys.meta_path.insert, 0, finder), checks, limits, [])


def _warm_up(module: str, roots: tuple[str, ...]) -> None:
    for name in _THIRD_PARTIES:
        import_module(name)
    graph = imports(modules()) if roots else {}
    for name in sorted(needed_by(roots, graph)):
        if module not in needed_by((name,), graph):
            import_module(name)
    if module in sys.modules:
        raise Broken(f"{module} is loaded already")


def _run(prepare: Callable[[], None], checks: Sequence[Check], limits: Sequence[float], usual: list[float]) -> Verdict:
    """Return what checks say in a child process; the time that each took is added to `usual`."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _be_child(prepare, checks, limits, writing)
    os.close(writing)
    told = _told(reading, time.monotonic() + _WAIT)
    os.close(reading)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)  # it may have left others behind
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    _, status, used = os.wait4(child, 0)
    seconds = round(used.ru_utime + used.ru_stime, 3)
    lines = [json.loads(line) for line in told.splitlines()]
    usual += [line["seconds"] for line in lines if "seconds" in line]
    begun = next((line["begins"] for line in reversed(lines) if "begins" in line), checks[0].name)
    last = lines[-1] if lines else {}
    if "survived" in last:
        return Verdict("", "", seconds)
    if "how" in last:
        return Verdict(begun, last["how"], seconds, last["why"])
    hangs = os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL)
    return Verdict(begun, "hangs" if hangs else "dies", seconds)


def _told(reading: int, until: float) -> str:
    """Return what a child says, to its end or to a point in time."""
    found = b""
    while (left := until - time.monotonic()) > 0:
        ready, _, _ = select.select([reading], [], [], left)
        if not ready or not (more := os.read(reading, 1 << 16)):
            break
        found += more
    return found[: found.rfind(b"\n") + 1].decode()


def _be_child(prepare: Callable[[], None], checks: Sequence[Check], limits: Sequence[float], writing: int) -> None:
    """Make the checks and say what they say, and never return."""

    def tell(**said: object) -> None:
        os.write(writing, json.dumps(said).encode() + b"\n")

    try:
        os.setpgid(0, 0)
        null = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(null, stream)
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        prepare()
        for check, limit in zip(checks, limits, strict=True):
            tell(begins=check.name)
            start = time.process_time()
            if limit != float("inf"):
                resource.setrlimit(resource.RLIMIT_CPU, (int(start + limit) + 1, resource.RLIM_INFINITY))
            how, why = _noticed(check)
            if how:
                tell(how=how, why=why)
                os._exit(0)
            tell(seconds=time.process_time() - start)
        tell(survived=True)
    finally:
        os._exit(0)


def _noticed(check: Check) -> tuple[str, str]:
    try:
        return ("fails" if check.notices() else "", "")
    except BaseException:  # noqa: BLE001  # whatever a mutant raises is how it is noticed
        return "breaks", traceback.format_exc()[-2000:]
