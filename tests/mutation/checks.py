"""What a mutant is held against: for each module a fixed ladder of checks, the cheap ones first.

The audit of the reward's core is held against recordings: how tasks are played and what the oracle says of it hangs on
no reward, so it is done once, with the code as it is. The audit of what makes tasks and judges values is a real one.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from tests.mutation.modules import ROOT, modules

TRAINING: Final = ("jira_subtask", "jira_transition", "confluence_page", "confluence_labels", "cross_product")
_RECORDED: Final = {  # tasks that are recorded; an audit of Confluence takes ten times as long
    "jira_subtask": 8,
    "jira_transition": 8,
    "confluence_page": 4,
    "confluence_labels": 4,
    "cross_product": 3,
}
_KEPT: Final = ROOT / "runs" / "mutation"
# Rewriting assertions would only make messages that nobody reads.
_OPTIONS: Final = ("-x", "-q", "-p", "no:cacheprovider", "--assert=plain", "--rootdir", str(ROOT))


@dataclass(frozen=True, slots=True)
class Check:
    """Something that may notice a mistake: returns whether it does; an exception is a notice too."""

    name: str
    notices: Callable[[], bool]


def from_tests(*files: str, only: str = "") -> Check:
    """Return the check that some test files make, or those of their tests that a phrase of pytest's `-k` chooses."""
    paths = [str(ROOT / "tests" / file) for file in files]

    def notices() -> bool:
        import pytest

        return pytest.main([*_OPTIONS, *(("-k", only) if only else ()), *paths]) != 0

    return Check(f"tests: {' '.join(files)}", notices)


def audited(scenario: str, seeds: int, split: str = "train") -> Check:
    """Return the check that an audit of a scenario makes."""

    def notices() -> bool:
        from atlasgen.tasks.audit import audit

        return not audit(import_module(f"rewards.{scenario}").scenario(), range(seeds), split=split).accepted

    return Check(f"audit: {scenario} {split} {seeds}", notices)


def recorded(scenarios: Sequence[str], seeds: int, *, where_same: bool = False) -> Check:
    """Return the check that the audit of recordings makes.

    Args:
        scenarios: Their recordings.
        seeds: How many tasks of each.
        where_same: Leave out tasks that are not what they were: what was played says nothing of them.
    """

    def notices() -> bool:
        from atlasgen.tasks.audit import report
        from atlasgen.tasks.inspection import judged

        for name in scenarios:
            scenario: Any = import_module(f"rewards.{name}").scenario()

            def scoring(task: Any, episode: Any, scenario: Any = scenario) -> Any:
                return scenario.score(task, episode.trajectory, episode.diff)

            recordings = pickle.loads(recording_file(name).read_bytes())[:seeds]
            tasks = [scenario.task(seed, "train") for seed in range(len(recordings))]
            found = [
                judged(replace(item, task=task), scoring)
                for task, (asked, item) in zip(tasks, recordings, strict=True)
                if not where_same or _asked(task) == asked
            ]
            if found and not report(scenario, found).accepted:
                return True
        return False

    return Check(f"recorded audit: {' '.join(scenarios)} {seeds}", notices)


def record(scenario: str) -> None:
    """Record the audit of a scenario, with the code as it is."""
    from atlasgen.tasks.inspection import Inspector

    made: Any = import_module(f"rewards.{scenario}").scenario()
    inspector = Inspector(made)
    tasks = [made.task(seed, "train") for seed in range(_RECORDED[scenario])]
    found = [(_asked(task), replace(inspector.record(task), task=None)) for task in tasks]  # type: ignore[arg-type]  # a check makes its own
    _KEPT.mkdir(parents=True, exist_ok=True)
    recording_file(scenario).write_bytes(pickle.dumps(found))


def _asked(task: Any) -> str:
    """Return a digest of what a task asks for, and where."""
    from atlasgen.jsonvalue import digest

    gold = [[step.tool, step.arguments] for step in task.gold]
    return digest([task.instruction, task.world_seed, task.layer.digest, gold])


def recording_file(scenario: str) -> Path:
    """Return where the recording of a scenario is kept: under the digest of all that it may hang on."""
    return _KEPT / f"{scenario}-{_digest()}.pickle"


@cache
def _digest() -> str:
    digest = hashlib.blake2b(digest_size=8)
    for path in (*modules().values(), *sorted((ROOT / "generated_envs").rglob("*.json"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()


# -- ladders -----------------------------------------------------------------------------------------------------------


def same_tasks(*scenarios: str) -> Check:
    """Return the check that seeds mean the same tasks as before."""
    test = "rewards/test_same_tasks.py::test_seed_means_the_same_task_as_before"
    return from_tests(*(f"{test}[{name}]" for name in scenarios))


# Tests that play whole splits, or audit once more what recordings have audited, find little for their time.
_QUICK: Final = "not (expert or process or audit or stated or training or world or rung or ladder or understand)"
_JIRA: Final = TRAINING[:2]
_LABELLED: Final = from_tests("labels", only="every_trajectory")
_SCORING: Final = (
    recorded(_JIRA, 2),
    from_tests("tasks/test_figures.py", "tasks/test_reward.py", "tasks/test_diff.py", "tasks/test_readers.py"),
    recorded(TRAINING, 8),
    from_tests("tasks/test_skeleton.py", "tasks/test_surroundings.py", only="not format"),
    _LABELLED,
    from_tests("rewards/test_confluence_labels.py", "rewards/test_cross_product.py", only=_QUICK),
)
_TASKS: Final = "atlasgen.tasks."
_PAGE: Final = (
    same_tasks("confluence_page"),
    recorded(("confluence_page",), 4, where_same=True),
    from_tests("rewards/test_texts.py", "rewards/test_page_texts.py", "rewards/test_confluence_page.py", only=_QUICK),
    audited("confluence_page", 1),
)
_LABELS: Final = (
    same_tasks("confluence_labels"),
    recorded(("confluence_labels",), 4, where_same=True),
    from_tests("rewards/test_confluence_labels.py", only=_QUICK),
    audited("confluence_labels", 1),
)
_CROSS: Final = (
    same_tasks("cross_product"),
    recorded(("cross_product",), 3, where_same=True),
    from_tests("rewards/test_links.py", "rewards/test_cross_product.py", only=_QUICK),
    audited("cross_product", 1),
)
_SUBTASK: Final = (
    same_tasks("jira_subtask"),
    recorded(("jira_subtask",), 8, where_same=True),
    from_tests("rewards/test_jira_subtask.py", only=_QUICK),
    audited("jira_subtask", 4),
)
_TRANSITION: Final = (
    same_tasks("jira_transition"),
    recorded(("jira_transition",), 8, where_same=True),
    from_tests("rewards/test_jira_transition.py", only=_QUICK),
    audited("jira_transition", 4),
)
LADDERS: Final[Mapping[str, tuple[Check, ...]]] = {
    f"{_TASKS}reward": _SCORING,
    f"{_TASKS}diff": (from_tests("tasks/test_diff.py"), *_SCORING),
    f"{_TASKS}skeleton": _SCORING,
    f"{_TASKS}readers": _SCORING,
    f"{_TASKS}gold": (from_tests("tasks/test_gold.py"), *_SCORING),
    f"{_TASKS}task": _SCORING,
    f"{_TASKS}scenario": _SCORING,
    f"{_TASKS}variants": (from_tests("tasks/test_variants.py"), recorded(_JIRA, 8)),
    f"{_TASKS}degeneracy": (from_tests("tasks/test_degeneracy.py"), recorded(_JIRA, 8)),
    f"{_TASKS}trajectory": (from_tests("tasks/test_trajectory.py"), *_SCORING[:2], _LABELLED),
    f"{_TASKS}replay": (from_tests("tasks/test_replay.py"), from_tests("rewards/test_score_command.py")),
    "rewards._texts": _PAGE,
    "rewards._pages": _PAGE,
    "rewards._wiki": (*_LABELS, *_PAGE),
    "rewards._links": _CROSS,
    "rewards._dossiers": _CROSS,
    "rewards._issues": (*_SUBTASK, *_TRANSITION),
    "rewards._records": (*_SUBTASK, *_LABELS),
    "rewards._words": (*_SUBTASK, *_LABELS, *_CROSS),
    "rewards.jira_subtask": _SUBTASK,
    "rewards.jira_transition": _TRANSITION,
    "rewards.confluence_page": _PAGE,
    "rewards.confluence_labels": _LABELS,
    "rewards.cross_product": _CROSS,
    "rewards.jira_transition_paper": (
        from_tests("rewards/test_jira_transition_paper.py"),
        same_tasks("jira_transition_paper"),
    ),
}
"""The checks of each module that scoring runs through, in the order in which they are made.

`rewards.tour` is left out: it is there to be looked at, and its reward is a skeleton's.
"""
