from pathlib import Path

import pytest

from atlasgen.errors import AtlasgenError
from train.training.folder import Folder, append, lines, load_state, save_state
from train.training.settings import Settings


def begun(tmp_path: Path) -> tuple[Folder, Settings]:
    settings = Settings(out=tmp_path / "run", seed=4)
    folder = Folder(settings.out)
    folder.begin(settings)
    return folder, settings


def checkpoint(folder: Folder, step: int, *, whole: bool = True) -> None:
    path = folder.checkpoints / f"checkpoint-{step}"
    path.mkdir(parents=True)
    if whole:
        save_state(path, {"step": step})


def test_a_run_is_not_written_over(tmp_path: Path) -> None:
    folder, settings = begun(tmp_path)
    with pytest.raises(AtlasgenError, match="holds a run already"):
        folder.begin(settings)
    (tmp_path / "file").write_text("")
    with pytest.raises(AtlasgenError, match="is a file"):
        Folder(tmp_path / "file").begin(settings)


def test_a_run_goes_on_from_its_last_whole_checkpoint_with_its_logs_cut_back(tmp_path: Path) -> None:
    folder, settings = begun(tmp_path)
    for step in (9, 10, 20, 30):
        checkpoint(folder, step, whole=step != 30)
    for step in range(1, 33):
        append(folder.metrics, {"step": step})
    append(folder.evaluations, {"step": 30, "kind": "validation"})
    with folder.metrics.open("ab") as file:
        file.write(b'{"step": 1, "cut o')
    last = folder.resume(settings)
    assert last is not None
    assert load_state(last) == {"step": 20}
    assert [line["step"] for line in lines(folder.metrics)] == list(range(1, 21))
    assert list(lines(folder.evaluations)) == []


def test_a_run_without_checkpoint_begins_again(tmp_path: Path) -> None:
    folder, settings = begun(tmp_path)
    append(folder.metrics, {"step": 1})
    append(folder.evaluations, {"step": 0, "kind": "gate"})
    assert folder.resume(settings) is None
    assert list(lines(folder.metrics)) == list(lines(folder.evaluations)) == []


def test_only_the_same_run_goes_on(tmp_path: Path) -> None:
    folder, settings = begun(tmp_path)
    with pytest.raises(AtlasgenError, match="holds no run"):
        Folder(tmp_path / "other").resume(settings)
    with pytest.raises(AtlasgenError, match="seed was 4"):
        folder.resume(Settings(out=settings.out, seed=5))
    folder.resume(Settings(out=settings.out, seed=4, threads=1))
