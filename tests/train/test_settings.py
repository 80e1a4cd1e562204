from pathlib import Path
from typing import Any

import pytest

from atlasgen.errors import AtlasgenError
from train.bridge.scenarios import named
from train.training.settings import Settings, fields, flag, from_file

CONFIGS = Path(__file__).parents[2] / "train" / "configs"


def told(tmp_path: Path, text: str) -> dict[str, Any]:
    path = tmp_path / "config.toml"
    path.write_text(text)
    return from_file(path)


def test_a_file_gives_the_values_that_it_names(tmp_path: Path) -> None:
    values = told(
        tmp_path, 'scenarios = ["a", "b"]\nout = "runs/x"\nsteps = 3\nlearning_rate = 1\nbf16 = true\nvariant = "sum"\n'
    )
    assert values == {
        "scenarios": ("a", "b"),
        "out": Path("runs/x"),
        "steps": 3,
        "learning_rate": 1.0,
        "bf16": True,
        "variant": "sum",
    }
    assert Settings(**values).steps == 3
    assert told(tmp_path, 'scenarios = "all"')["scenarios"] == ("all",)


def test_all_that_is_wrong_in_a_file_is_named_at_once(tmp_path: Path) -> None:
    text = 'stepz = 3\nsteps = "three"\nbf16 = 1\nscenarios = [1]\ndecay = "square"\nlearning_rate = true\nx = {}\n'
    with pytest.raises(AtlasgenError) as raised:
        told(tmp_path, text)
    problems = {problem.where.rpartition(" ")[2]: problem for problem in raised.value.problems}
    assert set(problems) == {"stepz", "steps", "bf16", "scenarios", "decay", "learning_rate", "x"}
    assert problems["stepz"].remedy == "did you mean steps?"
    assert problems["steps"].what == "'three' is no whole number"
    assert problems["decay"].what == "'square' is none of linear, cosine, constant"


def test_a_file_that_is_no_toml_or_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(AtlasgenError, match="is no TOML"):
        told(tmp_path, "steps = ")
    with pytest.raises(AtlasgenError, match="cannot be read"):
        from_file(tmp_path / "none.toml")


def test_values_out_of_bounds_are_named_with_their_flags() -> None:
    with pytest.raises(AtlasgenError) as raised:
        Settings(steps=0, num_generations=1, vllm_memory=2.0, scenarios=())
    where = [problem.where for problem in raised.value.problems]
    assert where == ["--steps", "--num-generations", "--vllm-memory", "--scenarios"]


def test_every_setting_says_what_it_means_and_its_default_is_within_bounds() -> None:
    assert Settings().rollouts == 64
    for name, (kind, said) in fields().items():
        assert said.meaning, name
        assert kind is not None
        assert flag(name).startswith("--")


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("*.toml")), ids=lambda path: path.stem)
def test_every_configuration_can_be_read_and_shares_its_rollouts_out(path: Path) -> None:
    settings = Settings(**from_file(path))
    assert named(settings.scenarios)
    assert settings.rollouts % (settings.micro_batch or 1) == 0
    assert len({scenario.name for scenario in named(settings.scenarios)}) == (
        5 if settings.scenarios == ("all",) else 1
    )
