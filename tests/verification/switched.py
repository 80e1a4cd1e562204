"""An emulator some of whose operations answer as always and change nothing: nobody may take them for what they say."""

from __future__ import annotations

from collections.abc import Collection

from atlasgen.jsonvalue import Json, decode, encode
from atlasgen.plan.model import Plan
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.operations import Emulator
from atlasgen.runtime.reads import Run
from atlasgen.runtime.requests import Arguments
from atlasgen.runtime.world import World
from atlasgen.verification.notes import verdict
from atlasgen.verification.readback import is_mutating
from atlasgen.verification.trials import Trials
from atlasgen.verification.verdicts import Verdict


class Switched(Emulator):
    """An emulator whose effects can be switched off; what an operation does is undone once its answer is made.

    Attributes:
        off: The tools that have no effect; it may change at any time.
    """

    def __init__(self, plan: Plan, off: Collection[str] = ()) -> None:
        super().__init__(plan)
        self.off = off

    def run(self, tool: str) -> Run:
        compiled = super().run(tool)

        def switched(world: World, arguments: Arguments) -> Json:
            answer = compiled(world, arguments)
            if tool not in self.off:
                return answer
            made: Json = decode(encode(answer)) if answer is not None else None
            status = world.status
            world.rollback()
            world.begin()
            world.status = status
            return made

        return switched


class Replaced(Emulator):
    """An emulator in which something else runs for one tool."""

    def __init__(self, plan: Plan, tool: str, run: Run) -> None:
        super().__init__(plan)
        self._tool = tool
        self._run = run

    def run(self, tool: str) -> Run:
        return self._run if tool == self._tool else super().run(tool)


def judged(emulator: Switched, tools: Collection[str], *, seeds: int = 1) -> tuple[Verdict, ...]:
    """Return the verdicts on operations, each tried while it alone has no effect."""
    trials = Trials(Environment(emulator), seeds)
    found: list[Verdict] = []
    for target in trials.requests.targets:
        if target.tool in tools:
            emulator.off = (target.tool,)
            found.append(verdict(target, trials.run(target)[target.tool], "inferred"))
    emulator.off = ()
    return tuple(found)


def writing(emulator: Emulator) -> tuple[str, ...]:
    """Return the tools that write, in the order of the document."""
    return tuple(item.tool for item in Trials(Environment(emulator), 1).requests.targets if is_mutating(item))
