import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, cast

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import AutoTokenizer

from atlasgen.errors import AtlasgenError
from atlasgen.jsonvalue import Json, JsonObject, decode, encode, resolve
from atlasgen.runtime.sampling import Sampler
from atlasgen.runtime.tools import Tool
from atlasgen.tasks.agents import expert
from atlasgen.tasks.mutants import mutants
from atlasgen.tasks.scenario import Scenario
from atlasgen.tasks.surroundings import Surroundings
from train.bridge import adapter, view
from train.bridge.scenarios import load_scenario
from train.bridge.witness import nested_names
from train.tiny import blank

NAMES = ["confluence_labels", "confluence_page", "cross_product", "jira_subtask", "jira_transition"]
COUNTS = {"minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems", "minProperties", "maxProperties"}
NOTES = {"title", "description", "format", "default", "uniqueItems"}


@cache
def scenario(name: str) -> Scenario:
    return load_scenario(name)


@cache
def tools(name: str) -> tuple[Tool, ...]:
    return adapter.offered(scenario(name))


def read_strictly(schema: Json, full: bool = False) -> Json:
    """What a schema says of calls, in one form: without notes and counts, all implied types and closed objects said."""
    if isinstance(schema, list):
        return [read_strictly(item, full) for item in schema]
    if not isinstance(schema, dict):
        return schema
    said: JsonObject = {}
    for key, value in schema.items():
        if key in NOTES | COUNTS:
            assert full, f"the view still has {key}"
        elif key in ("properties", "$defs"):
            said[key] = {name: read_strictly(item, full) for name, item in cast("JsonObject", value).items()}
        else:
            said[key] = value if key in ("required", "enum", "additionalProperties") else read_strictly(value, full)
    if "enum" in said:
        said.pop("type", None)
    elif "properties" in said:
        said["type"] = "object"
        said.setdefault("additionalProperties", full)  # JSON Schema leaves objects open, the view closes them
    elif "items" in said:
        said["type"] = "array"
    return said


@pytest.mark.parametrize("name", NAMES)
def test_a_view_says_what_the_full_schema_says_but_for_notes_and_counts(name: str) -> None:
    for tool in tools(name):
        seen = view.tool_view(tool)
        assert (seen.name, seen.description) == (tool.name, tool.description)
        assert nested_names(seen.parameters) == nested_names(tool.parameters)
        assert read_strictly(seen.parameters) == read_strictly(tool.parameters, full=True)
        assert len(encode(seen.parameters)) <= len(encode(tool.parameters))


def test_a_view_of_a_schema_keeps_names_that_look_like_keywords() -> None:
    schema: JsonObject = {
        "type": "object",
        "properties": {
            "description": {"type": "string", "description": "x", "maxLength": 3},
            "type": {"enum": ["a"], "type": "string"},
            "format": {"type": ["object", "null"], "properties": {"title": {"const": {"title": "kept"}}}},
        },
        "required": ["description"],
        "additionalProperties": False,
    }
    assert view.tool_view(Tool("t", "d", schema)).parameters == {
        "properties": {
            "description": {"type": "string"},
            "type": {"enum": ["a"]},
            "format": {
                "type": ["object", "null"],
                "properties": {"title": {"const": {"title": "kept"}}},
                "additionalProperties": True,
            },
        },
        "required": ["description"],
    }


def _calls(name: str) -> Iterator[tuple[str, JsonObject]]:
    """Gold calls and those of all mutants: dropped fields, wrong nesting, wrong values."""
    played = scenario(name)
    around = Surroundings(played.environment(), played.rewards)
    for seed in range(3):
        task = played.task(seed, "train")
        for call in played.play(played.environment(), task, expert).trajectory.calls:
            yield call.tool, call.arguments
        for mutant in mutants(around, task):
            yield from ((step.tool, step.arguments) for step in mutant.steps if not step.uses)


def without_counts(schema: Json) -> Json:
    """The full schema but for the counts, which a refusal tells of."""
    if isinstance(schema, list):
        return [without_counts(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {name: without_counts(item) for name, item in schema.items() if name not in COUNTS}


@pytest.mark.parametrize("name", NAMES)
def test_a_call_is_right_by_the_view_exactly_if_it_is_by_the_full_schema_counts_apart(name: str) -> None:
    judges = {
        tool.name: tuple(
            jsonschema_rs.validator_for(cast("dict[str, Any]", schema))
            for schema in (without_counts(tool.parameters), read_strictly(view.tool_view(tool).parameters))
        )
        for tool in tools(name)
    }
    verdicts = []
    for tool, arguments in _calls(name):
        if tool not in judges:
            continue  # an invented one
        full, seen = (judge.is_valid(arguments) for judge in judges[tool])
        assert full == seen, (tool, arguments)
        verdicts.append(full)
    assert verdicts.count(True) > 20
    assert verdicts.count(False) >= 1


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_what_can_be_called_by_the_full_schema_can_be_called_by_the_view(data: st.DataObject) -> None:
    tool = data.draw(st.sampled_from([tool for name in NAMES for tool in tools(name)]))
    lots = data.draw(st.randoms(use_true_random=False))
    definitions = cast("dict[str, JsonObject]", tool.parameters.get("$defs", {}))
    arguments = Sampler(definitions, lambda count: lots.randrange(count)).value(tool.parameters)
    full, seen = tool.parameters, cast("JsonObject", read_strictly(view.tool_view(tool).parameters))
    if jsonschema_rs.is_valid(cast("dict[str, Any]", full), arguments):
        assert jsonschema_rs.is_valid(seen, arguments)


def _at(value: Json, pointer: str) -> Json:
    try:
        return resolve(value, pointer)
    except KeyError:
        return None


@pytest.mark.parametrize("name", NAMES)
def test_all_that_the_expert_takes_from_answers_is_in_what_the_model_sees(name: str) -> None:
    played = scenario(name)
    environment = played.environment()
    sieves = view.sieves(environment)
    taken = 0
    for seed in range(60):
        task = played.task(seed, "train")
        calls = played.play(environment, task, expert).trajectory.calls
        for step in task.gold:
            for use in step.uses:
                answers = [call.content for call in calls if call.tool == use.tool and call.ok]
                pairs = [(decode(answer), decode(view.sifted(answer, sieves[use.tool]))) for answer in answers]
                for whole, seen in pairs:
                    assert _at(seen, use.answer) == _at(whole, use.answer)
                taken += any(_at(whole, use.answer) is not None for whole, _ in pairs)
        for needed in task.needed:
            shown = [call for call in calls if needed.record in call.reads]
            texts = [view.sifted(call.content, sieves[call.tool]) for call in shown if call.ok and call.content]
            whole_texts = [call.content for call in shown if call.ok and call.content]
            if isinstance(needed.value, str) and any(needed.value.encode() in text for text in whole_texts):
                assert any(needed.value.encode() in text for text in texts), (seed, needed.pointer, needed.value)
                taken += 1
    assert taken > 20


@pytest.mark.parametrize("name", NAMES)
def test_tools_and_observations_keep_to_their_budget(name: str) -> None:
    played = scenario(name)
    environment = played.environment()
    shown = [json.dumps(tool.openai()) for tool in map(view.tool_view, tools(name))]
    # Of the tokenizers in use the one with the fewest words: it has only seen this scenario's tools.
    ruler = view.ruler_of(blank.tokenizer([json.dumps(tool.openai()) for tool in tools(name)]))
    assert sum(len(ruler(text)) for text in shown) <= view.TOOLS_LIMIT
    observe = view.TrainingView(ruler).observer(environment)
    lengths = []
    for seed in range(10):
        for call in played.play(environment, played.task(seed, "train"), expert).trajectory.calls:
            lengths.append(len(ruler(observe(call.tool, call.status, call.content))))
    assert max(lengths) <= view.OBSERVATION_LIMIT


def seen(name: str, tool: str, content: JsonObject) -> Any:
    return decode(view.sifted(encode(content), view.sieves(scenario(name).environment())[tool]))


def test_an_issue_loses_addresses_and_what_is_the_same_everywhere_and_of_others_it_keeps_the_names() -> None:
    user: JsonObject = {"accountId": "a1", "displayName": "Mia", "timeZone": "Europe/Berlin", "self": "http://x"}
    project: JsonObject = {"id": "1", "key": "WEB", "name": "Website", "self": "http://x"}
    fields: JsonObject = {"summary": "Fix it", "assignee": user, "creator": user, "duedate": None, "project": project}
    issue: JsonObject = {"expand": "names", "id": "7", "key": "WEB-7", "self": "http://x", "fields": fields}
    assert seen("jira_subtask", "getIssue", issue) == {
        "id": "7",
        "key": "WEB-7",
        "fields": {
            "summary": "Fix it",
            "assignee": {"accountId": "a1", "displayName": "Mia"},
            "project": {"id": "1", "key": "WEB"},
        },
    }


def test_a_page_keeps_its_version_which_a_write_must_name_and_its_address_for_people() -> None:
    webui: JsonObject = {"webui": "/spaces/A/pages/5"}
    links: JsonObject = {**webui, "editui": "/x", "tinyui": "/y", "base": "http://x"}
    page: JsonObject = {
        "id": "5",
        "createdAt": "2026-01-01",
        "authorId": "u",
        "version": {"number": 3, "createdAt": "2026-01-01", "authorId": "u"},
        "body": {},
        "position": None,
        "_links": links,
    }
    expected = {"id": "5", "version": {"number": 3}, "_links": webui}
    assert seen("confluence_page", "getPageById", page) == expected
    listed = seen(
        "confluence_page",
        "getPages",
        {"results": [{**page, "_links": webui}], "_links": {"next": "/n", "base": "http://x"}},
    )
    assert listed["results"] == [expected]
    assert listed["_links"] == {"next": "/n"}, "the next page has to be found"


def test_an_empty_list_and_what_the_plan_does_not_know_are_shown() -> None:
    found = seen("confluence_page", "getPages", {"results": [], "surprise": {"new": 1}})
    assert found == {"results": [], "surprise": {"new": 1}}


def _letters(text: str) -> list[int]:
    return list(range(1, len(text) + 1))


def test_a_refusal_is_shown_whole_and_an_answer_without_body_by_its_status() -> None:
    observe = view.TrainingView(_letters).observer(scenario("jira_subtask").environment())
    assert observe("getIssue", 404, b'{"self": null}') == '{"status": 404, "body": {"self": null}}'
    assert observe("getIssue", 200, b'{"self": "x", "id": 1}') == '{"status": 200, "body": {"id":1}}'
    assert observe("getIssue", 204, b"") == '{"status": 204}'
    assert observe("unheardOf", 200, b"[1]") == '{"status": 200, "body": [1]}'


def test_tools_that_take_too_much_room_are_refused() -> None:
    with pytest.raises(AtlasgenError, match="tokens of this model, and 3,000 is the limit"):
        view.TrainingView(_letters).schemas(tools("cross_product"))


def test_a_tokenizer_names_its_view_and_keeps_the_name_when_it_is_saved(tmp_path: Path) -> None:
    made = blank.tokenizer([])
    assert isinstance(view.view_of(made, limit=7), view.TrainingView)
    made.init_kwargs[view.ASKED] = "none-such"
    made.save_pretrained(tmp_path)
    with pytest.raises(AtlasgenError, match="asks for the view 'none-such'"):
        view.view_of(AutoTokenizer.from_pretrained(tmp_path))


def test_a_long_text_is_cut_visibly_within_the_limit() -> None:
    text = view.cut("x" * 527, 100, _letters)
    assert text == "x" * 75 + " ...[452 more characters]"
    assert view.cut("x" * 100, 100, _letters) == "x" * 100
    assert view.cut("x" * 50, 10, _letters) == " ...[50 more characters]", "no room for anything else"


@given(text=st.text(min_size=1, max_size=300), limit=st.integers(30, 80))
@settings(max_examples=100, deadline=None)
def test_what_is_cut_fits_whatever_the_text(text: str, limit: int) -> None:
    ruler = view.ruler_of(blank.tokenizer([]))
    shown = view.cut(text, limit, ruler)
    assert len(ruler(shown)) <= limit
    assert shown == text or " ...[" in shown
