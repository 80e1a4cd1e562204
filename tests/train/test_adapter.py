import inspect
import json
from typing import Any

import pytest

from atlasgen.errors import AtlasgenError, RolloutError
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.tools import Tool
from atlasgen.tasks.reward import Score
from tests.train.standin import CREATE, GET, Fake, Standin
from train.bridge import adapter
from train.bridge.adapter import environment_factory, offered, read_ending, rollout_of

ROW = {"prompt": [], "scenario": "standin", "seed": 5, "split": "train", "extra": 1}


def observe(tool: str, status: int, content: bytes) -> str:
    return f'{{"status": {status}, "body": {content.decode()}}}'


def made(scenario: Any = None) -> Any:
    return environment_factory(scenario or Standin(), observe)()


def assistant(*calls: tuple[str, Any], text: str = "") -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": text}
    if calls:
        message["tool_calls"] = [
            {"type": "function", "function": {"name": name, "arguments": arguments}} for name, arguments in calls
        ]
    return message


def score(environment: Any, ending: adapter.Ending) -> Score:
    rollout = rollout_of(environment)
    return rollout.score(rollout.trajectory(ending))


RESULT = {"role": "tool", "name": "getIssue", "content": "{}"}


def with_tools(scenario: Standin, *tools: str) -> Standin:
    scenario.tools = tools
    return scenario


def test_only_the_tools_and_reset_are_public() -> None:
    public = {name for name, _ in inspect.getmembers(type(made()), inspect.isfunction) if not name.startswith("_")}
    assert public == {"getIssue", "createIssue", "reset"}


def test_tools_come_in_the_scenarios_order() -> None:
    assert offered(Standin()) == (GET, CREATE)
    assert offered(with_tools(Standin(), "createIssue")) == (CREATE,)


class Odd(Fake):
    offers = (Tool("reset", "", {}), Tool("_hidden", "", {}), Tool("a-b", "", {}))


class OddScenario(Standin):
    def environment(self) -> Environment:
        return Odd()


@pytest.mark.parametrize("name", ["reset", "_hidden", "a-b"])
def test_a_tool_that_trl_could_not_offer_is_refused(name: str) -> None:
    with pytest.raises(AtlasgenError, match=f"cannot offer a tool named '{name}'"):
        offered(with_tools(OddScenario(), name))


def test_a_tool_that_does_not_exist_is_refused() -> None:
    with pytest.raises(AtlasgenError, match="no tool 'getPage'"):
        offered(with_tools(Standin(), "getPage"))


def test_a_reply_is_json_text_of_status_and_body() -> None:
    environment = made()
    assert environment.reset(**ROW) is None
    text = environment.getIssue(key="A-1")
    assert json.loads(text) == {"status": 200, "body": {"tool": "getIssue", "given": {"key": "A-1"}}}


def test_a_vendors_error_is_an_observation() -> None:
    environment = made()
    environment.reset(**ROW)
    assert json.loads(environment.createIssue()) == {"status": 400, "body": {"errorMessages": ["body is required"]}}


def test_any_argument_name_reaches_the_environment() -> None:
    environment = made()
    environment.reset(**ROW)
    given = {"self": 1, "tool": 2, "arguments": {"deep": [{"x": None}]}}
    assert json.loads(environment.getIssue(**given))["body"]["given"] == given


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), "\ud800", 1 << 70], ids=["nan", "infinity", "surrogate", "huge"]
)
def test_arguments_that_are_no_json_never_reach_the_environment(value: Any) -> None:
    environment = made()
    environment.reset(**ROW)
    assert "no JSON" in json.loads(environment.getIssue(key=value))["error"]
    ending = read_ending([assistant(("getIssue", {"key": value})), RESULT, assistant(text="Done.")], stopped=True)
    (call,) = rollout_of(environment).trajectory(ending).calls
    assert (call.tool, call.arguments, call.status) == ("getIssue", {}, 400)


def test_calls_are_in_the_models_order_with_the_refused_ones_among_them() -> None:
    environment = made()
    environment.reset(**ROW)
    environment.getIssue(key="A")
    environment.createIssue(body={})
    completion = [
        assistant(("getIssue", {"key": "A"}), ("deleteAll", {"really": True})),
        RESULT,
        RESULT,
        assistant(("getIssue", "A")),
        RESULT,
        assistant(("createIssue", {"body": {}})),
        RESULT,
        assistant(text="Done."),
    ]
    calls = rollout_of(environment).trajectory(read_ending(completion, stopped=True)).calls
    assert [(call.tool, call.arguments, call.status) for call in calls] == [
        ("getIssue", {"key": "A"}, 200),
        ("deleteAll", {"really": True}, 404),
        ("getIssue", {}, 400),
        ("createIssue", {"body": {}}, 200),
    ]


def test_a_broken_operation_is_kept_with_its_boundary_until_the_next_task() -> None:
    environment = made()
    environment.reset(**ROW)
    ending = read_ending([assistant(text="Done.")], stopped=True)
    for key in ("BREAK", "A-1"):
        with pytest.raises(RolloutError, match="broken operation"):
            environment.getIssue(key=key)
    with pytest.raises(RolloutError) as raised:
        score(environment, ending)
    assert raised.value.boundary == "operation"
    environment.reset(**ROW)
    assert score(environment, ending).reward == 0.0


def test_a_broken_reward_is_an_error_and_no_reward() -> None:
    environment = made()
    environment.reset(**ROW)
    environment.getIssue(key="UNFAIR")
    ending = read_ending([assistant(("getIssue", {"key": "UNFAIR"})), RESULT, assistant(text="Done.")], stopped=True)
    with pytest.raises(RolloutError) as raised:
        score(environment, ending)
    assert raised.value.boundary == "reward"
    assert isinstance(raised.value.__cause__, LookupError)


def test_a_group_that_starts_from_unequal_states_is_an_error() -> None:
    drift = iter("abc")

    class Drifting(Fake):
        def digest(self) -> str:
            return next(drift)

    class DriftingScenario(Standin):
        def environment(self) -> Environment:
            return Drifting()

    factory = environment_factory(DriftingScenario(), observe)
    factory().reset(**ROW)
    factory().reset(**{**ROW, "seed": 6})
    with pytest.raises(RolloutError, match="started from c, but from a before"):
        factory().reset(**ROW)


def test_a_row_of_another_scenario_is_an_error() -> None:
    with pytest.raises(RolloutError, match="a row of scenario 'other' came to 'standin'"):
        made().reset(**{**ROW, "scenario": "other"})


def test_a_row_holds_what_reset_needs() -> None:
    row = adapter.row(Standin(), seed=5, split="test")
    assert row["prompt"] == [{"role": "user", "content": "Create a sub-task of WEB-5 named test."}]
    assert row.pop("environment") == "standin", "TRL takes it to choose the environment, and does not pass it on"
    environment = made()
    environment.reset(**row)
    assert rollout_of(environment).digest == f"{5:032x}"


def test_a_plain_ending_has_no_flags() -> None:
    ending = read_ending([assistant(("getIssue", {})), RESULT, assistant(text="Done.")], stopped=True)
    assert ending == adapter.Ending((("getIssue", {}),), "Done.", clipped=False, malformed=False, turn_capped=False)


@pytest.mark.parametrize("text", ["<tool_call>\n{bad}\n</tool_call>", "<tool_call>{", "x</tool_call>"])
def test_a_call_that_trl_took_for_text_is_malformed(text: str) -> None:
    assert read_ending([assistant(text=text)], stopped=True).malformed


def test_a_completion_without_end_token_is_clipped() -> None:
    assert read_ending([assistant(text="Do")], stopped=False).clipped


def test_a_completion_that_ends_with_a_tool_has_no_final_text() -> None:
    ending = read_ending([assistant(("getIssue", {}), text="Let me see."), RESULT], stopped=False)
    assert (ending.final_text, ending.clipped) == ("", True)


def test_calls_whose_results_did_not_fit_were_made_and_are_clipped() -> None:
    ending = read_ending([assistant(("getIssue", {}), text="Let me see.")], stopped=True)
    assert ending == adapter.Ending(
        (("getIssue", {}),), "Let me see.", clipped=True, malformed=False, turn_capped=False
    )


def test_calls_of_the_last_turn_whose_results_did_not_fit_were_made() -> None:
    ending = read_ending([assistant(("getIssue", {}))], stopped=True, max_turns=1)
    assert (ending.attempts, ending.clipped, ending.turn_capped) == ((("getIssue", {}),), True, False)


def test_calls_beyond_the_last_turn_were_not_made() -> None:
    completion = [assistant(("getIssue", {"key": "A"})), RESULT, assistant(("getIssue", {"key": "B"}))]
    ending = read_ending(completion, stopped=True, max_turns=1)
    assert ending == adapter.Ending((("getIssue", {"key": "A"}),), "", clipped=False, malformed=False, turn_capped=True)
