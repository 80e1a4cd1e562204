"""Options that several commands have."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import typer

Split: TypeAlias = Literal["train", "validation", "test"]
Reward: TypeAlias = Annotated[
    Literal["sparse", "sum", "banded", "trace"] | None, typer.Option(help="Variant of the reward [the scenario's own].")
]
