"""The reward function that TRL calls: it scores each rollout, logs every component and keeps every trajectory.

A rollout in which our own code broke has no reward at all; it is recorded with its boundary and TRL leaves it out.
"""

from __future__ import annotations

import traceback
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from accelerate import PartialState
from accelerate.utils import gather_object

from atlasgen.errors import RolloutError
from atlasgen.jsonvalue import Json, JsonObject, decode, encode
from atlasgen.tasks.trajectory import Line, write
from train.bridge.adapter import MAX_TURNS, Messages, read_ending, rollout_of

RewardFunc = Callable[..., list[float | None]]

Heard = Callable[[int, Mapping[str, Sequence[bool]]], None]
"""Is told the step (from 0) and, of all processes, whether the rollouts of each scenario were successes."""


Pay = Callable[[int, Sequence[tuple[str, str, int]], Sequence[float | None]], list[float | None]]
"""Takes the step (from 0), the task of each rollout and what each earned; returns what the policy is told of that."""


@dataclass(frozen=True, slots=True)
class _Told:
    """What one rollout tells the other processes."""

    task: tuple[str, str, int]
    start: str
    success: bool | None
    line: bytes


def scenario_reward(
    log: Path,
    *,
    model: str,
    end_tokens: Collection[int],
    heard: Heard,
    max_turns: int = MAX_TURNS,
    pay: Pay | None = None,
) -> RewardFunc:
    """Return a reward function over `environments`.

    Args:
        log: The file that gets one JSON line for each rollout; TRL's own table breaks on mixed arguments.
        model: The name of the policy; empty where it has none.
        end_tokens: The tokens that end a message.
        heard: Is told how each step went.
        max_turns: Rounds of tool calls after which TRL stops.
        pay: What the policy is told instead, for a control of an experiment; logs have what was earned.
    """

    def scenario_reward(
        prompts: Sequence[Messages],
        completions: Sequence[Messages],
        completion_ids: Sequence[Sequence[int]],
        environments: Sequence[Any],
        trainer_state: Any,
        log_metric: Callable[[str, float], None],
        scenario: Sequence[str],
        seed: Sequence[int],
        split: Sequence[str],
        **_: Any,
    ) -> list[float | None]:
        rewards: list[float | None] = []
        told: list[_Told] = []
        process = PartialState()
        for position, environment in enumerate(environments):
            rollout = rollout_of(environment)
            tokens = completion_ids[position]
            stopped = bool(tokens) and tokens[-1] in end_tokens
            ending = read_ending(completions[position], stopped=stopped, max_turns=max_turns)
            trajectory = rollout.trajectory(ending)
            extra: JsonObject = {
                "step": trainer_state.global_step + 1,
                "completion": process.process_index * len(environments) + position,
                "start": rollout.digest,
            }
            messages = tuple(_plain(message) for message in (*prompts[position], *completions[position]))
            line = Line(scenario[position], seed[position], split[position], trajectory, extra, model, messages)
            try:
                score = rollout.score(trajectory)
            except RolloutError as error:
                rewards.append(None)
                trace = "".join(traceback.format_exception(error))
                extra["error"] = {"boundary": error.boundary, "message": str(error), "trace": trace}
            else:
                rewards.append(score.reward)
                reasons: list[Json] = [str(reason) for reason in score.reasons]
                extra |= {"band": score.band, "reasons": reasons}
                line = replace(line, reward=score.reward, success=score.success, components=score.components)
            for name, value in _figures(line):
                log_metric(name, value)
                log_metric(f"scenarios/{line.scenario}/{name}", value)
            told.append(_Told((line.scenario, line.split, line.seed), rollout.digest, line.success, write([line])))
        everywhere = cast("list[_Told]", gather_object(told))
        _same_starts(everywhere)
        if process.is_main_process:
            with log.open("ab") as file:
                file.writelines(item.line for item in everywhere)
        outcomes: defaultdict[str, list[bool]] = defaultdict(list)
        for item in everywhere:
            if item.success is not None:
                outcomes[item.task[0]].append(item.success)
        heard(trainer_state.global_step, outcomes)
        return rewards if pay is None else pay(trainer_state.global_step, [item.task for item in told], rewards)

    return scenario_reward


def _figures(line: Line) -> Iterator[tuple[str, float]]:
    """Yield all that is logged of a rollout."""
    if line.reward is not None and line.success is not None:
        yield "scored", line.reward
        yield "success", float(line.success)
        for name, value in line.components.items():
            yield f"components/{name}", value
    yield "rollout_errors", float(line.reward is None)
    yield "calls", float(len(line.trajectory.calls))
    for call in line.trajectory.calls:
        yield "valid_calls", float(call.known and call.ok)
    if line.trajectory.malformed:
        yield "valid_calls", 0.0
    for flag in ("clipped", "malformed", "turn_capped"):
        yield flag, float(getattr(line.trajectory, flag))


def _same_starts(told: Sequence[_Told]) -> None:
    """Check that all rollouts of a task, on every process, began in the same state.

    Raises:
        RolloutError: some did not: the completions of their group cannot be compared.
    """
    starts: dict[tuple[str, str, int], str] = {}
    for item in told:
        first = starts.setdefault(item.task, item.start)
        if item.start != first:
            scenario, split, seed = item.task
            what = f"task {seed} of {scenario} ({split}) started from {first} and from {item.start}"
            raise RolloutError("trainer", f"{what}: the completions of its group cannot be compared")


def _plain(message: Mapping[str, Any]) -> JsonObject:
    """Return a chat message as JSON can say it: a model may call with numbers and texts that JSON cannot hold."""
    try:
        return cast("JsonObject", decode(encode(message)))
    except ValueError:
        return {"role": str(message.get("role")), "content": ascii(message)}
