"""The three families of failure; they are never mixed.

`AtlasgenError`: a person's document, hints or override is wrong. `ApiError`: an emulated HTTP failure, which is data
for the agent. `RolloutError`: our own code broke while an agent was playing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from atlasgen.jsonvalue import Json

FaultKind: TypeAlias = Literal[
    "missing", "type", "enum", "format", "length", "range", "extra", "items", "unique",
    "reference", "rule", "query", "not_found", "conflict", "method", "auth", "unsupported",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that a person has to mend, and how.

    Attributes:
        where: A file, or a file and a JSON pointer into it (`specs/api.yaml#/paths/~1x/get`).
        what: What is wrong there.
        remedy: What to do about it; empty where `what` says it already.
    """

    where: str
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" + (f"\n  {self.remedy}" if self.remedy else "")


class AtlasgenError(Exception):
    """The user's document, hints or override is wrong; holds all problems of one run."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems

    @classmethod
    def single(cls, where: str, what: str, remedy: str = "") -> AtlasgenError:
        """Return the error that reports one problem."""
        return cls(Problem(where, what, remedy))


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a request.

    Attributes:
        kind: What sort of fault it is; vendor messages are chosen by it.
        pointer: Where in the arguments of the call (`/body/fields/summary`); empty for the call as a whole.
        message: One sentence in plain words.
        given: The offending value, if it is short.
    """

    kind: FaultKind
    pointer: str
    message: str
    given: Json = None


class ApiError(Exception):
    """An emulated HTTP failure in the vendor's own shape."""

    def __init__(self, status: int, body: Json) -> None:
        super().__init__(f"{status}: {body}")
        self.status = status
        self.body = body


class RolloutError(Exception):
    """Our code broke during a rollout; it is recorded with its boundary and never becomes a reward of 0.

    Attributes:
        boundary: The room in which it broke: `operation`, `override`, `reward`, `trainer`.
    """

    def __init__(self, boundary: str, message: str) -> None:
        super().__init__(f"{boundary}: {message}")
        self.boundary = boundary
