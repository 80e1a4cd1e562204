"""The numbers of a training run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run is told; nothing else decides it.

    Attributes:
        out: The folder that gets the logs.
        steps: Optimizer steps; each has new tasks.
        seed: Of sampling, of the random weights, and of the first task; later tasks count up from it.
        num_generations: Completions in a group, all of one task.
        prompts_per_step: Groups in a step.
        max_completion_length: Tokens of a whole rollout after its prompt, tool results included; a solution of
            `jira_subtask` takes about 430 of the tiny tokenizer's, its replies cut at the limit below.
        observation_limit: Characters of a tool's reply that the model gets to see.
        learning_rate: Of AdamW, falling linearly to 0.
        threads: Of torch.
    """

    out: Path
    steps: int
    seed: int = 0
    num_generations: int = 4
    prompts_per_step: int = 2
    max_completion_length: int = 512
    observation_limit: int = 400
    learning_rate: float = 2e-4
    threads: int = 2
