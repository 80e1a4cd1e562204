"""What the passes before the last ones have found out about a document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from atlasgen.plan.hints import Hints
from atlasgen.plan.model import Archetype, Fact, Shape
from atlasgen.plan.resources import Ownership
from atlasgen.plan.singletons import Singles
from atlasgen.plan.views import Views
from atlasgen.spec.normalise import NormalisedDocument


@dataclass(frozen=True, slots=True)
class Findings:
    """The results of the earlier passes; operations are named by their pointers.

    Attributes:
        document: The document in normal form.
        hints: Reads hints, and collects what is wrong with them.
        archetypes: What sort of thing each operation does.
        facts: Why.
        owned: Which resource each schema and each operation is about.
        names: All resources.
        views: What schemas show, and the fields that this gives to resources.
        answers: How each operation answers.
        singles: The operations on things that there is one of.
    """

    document: NormalisedDocument
    hints: Hints
    archetypes: Mapping[str, Archetype]
    facts: Mapping[str, tuple[Fact, ...]]
    owned: Ownership
    names: tuple[str, ...]
    views: Views
    answers: Mapping[str, tuple[Shape, ...]]
    singles: Singles
