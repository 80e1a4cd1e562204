"""The reward function that TRL calls: it scores each rollout, logs every component and keeps every trajectory.

A rollout in which our own code broke has no reward at all; it is recorded with its boundary and TRL leaves it out.
"""

from __future__ import annotations

import traceback
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from atlasgen.errors import RolloutError
from atlasgen.jsonvalue import Json, JsonObject, decode, encode
from atlasgen.tasks.trajectory import Line, write
from train.adapter import MAX_TURNS, Messages, read_ending, rollout_of

RewardFunc = Callable[..., list[float | None]]


def scenario_reward(log: Path, *, model: str, end_tokens: Collection[int], max_turns: int = MAX_TURNS) -> RewardFunc:
    """Return a reward function over `environments`.

    Args:
        log: The file that gets one JSON line for each rollout; TRL's own table breaks on mixed arguments.
        model: The name of the policy; empty where it has none.
        end_tokens: The tokens that end a message.
        max_turns: Rounds of tool calls after which TRL stops.
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
        lines: list[Line] = []
        measured: defaultdict[str, list[float]] = defaultdict(list)
        for position, environment in enumerate(environments):
            rollout = rollout_of(environment)
            tokens = completion_ids[position]
            stopped = bool(tokens) and tokens[-1] in end_tokens
            ending = read_ending(completions[position], stopped=stopped, max_turns=max_turns)
            trajectory = rollout.trajectory(ending)
            extra: JsonObject = {
                "step": trainer_state.global_step + 1,
                "completion": position,
                "start": rollout.digest,
            }
            told = tuple(_plain(message) for message in (*prompts[position], *completions[position]))
            line = Line(scenario[position], seed[position], split[position], trajectory, extra, model, told)
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
                measured["success"].append(float(score.success))
                for name, value in score.components.items():
                    measured[f"components/{name}"].append(value)
            measured["rollout_errors"].append(float(rewards[-1] is None))
            measured["calls"].append(float(len(trajectory.calls)))
            for flag in ("clipped", "malformed", "turn_capped"):
                measured[flag].append(float(getattr(trajectory, flag)))
            lines.append(line)
        with log.open("ab") as file:
            file.write(write(lines))
        for name, values in measured.items():
            log_metric(name, sum(values) / len(values))
        return rewards

    return scenario_reward


def _plain(message: Mapping[str, Any]) -> JsonObject:
    """Return a chat message as JSON can say it: a model may call with numbers and texts that JSON cannot hold."""
    try:
        return cast("JsonObject", decode(encode(message)))
    except ValueError:
        return {"role": str(message.get("role")), "content": ascii(message)}
