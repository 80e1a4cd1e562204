"""Who owns which file, and that a build which dies at any point harms nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from atlasgen.errors import AtlasgenError
from atlasgen.publish import Drift, Package, check, publish, publish_all

SEEDS = {"__init__.py": b"from .overrides import *\n", "overrides.py": b"# yours\n"}
OLD = Package("shop", {"plan.json": b"{}\n", "models.py": b"old = 1\n", "gone.py": b"gone\n"}, SEEDS)
NEW = Package("shop", {"plan.json": b"{}\n", "models.py": b"new = 22\n", "parts/tools.json": b"[]\n"}, SEEDS)


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def whole(package: Package, tmp_path: Path) -> dict[str, bytes]:
    """Return the bytes of a package that was published without any trouble."""
    reference = tmp_path / "reference" / package.files["models.py"].hex()
    publish(package, reference)
    return tree(reference)


def refusal(package: Package, target: Path) -> str:
    before = tree(target)
    with pytest.raises(AtlasgenError) as caught:
        publish(package, target)
    assert tree(target) == before
    assert not (target / ".atlasgen").exists()
    return str(caught.value)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    folder = tmp_path / "generated_envs" / "shop"
    publish(OLD, folder)
    return folder


class TestOrdinaryBuilds:
    def test_first_build_writes_everything_and_seeds_the_persons_files(self, tmp_path: Path) -> None:
        report = publish(OLD, tmp_path / "out" / "shop")
        assert report.written == ("_generated/gone.py", "_generated/models.py", "_generated/plan.json")
        assert report.seeded == ("__init__.py", "overrides.py")
        assert (report.unchanged, report.removed) == ((), ())

    def test_manifest_holds_one_digest_per_file_and_nothing_else(self, target: Path) -> None:
        manifest = json.loads((target / "_generated/manifest.json").read_bytes())
        assert sorted(manifest) == sorted(OLD.files)
        assert all(len(digest) == 64 for digest in manifest.values())

    def test_same_package_again_touches_no_file(self, target: Path) -> None:
        before = {path: path.stat() for path in [target, *target.rglob("*")]}
        report = publish(OLD, target)
        after = {path: path.stat() for path in [target, *target.rglob("*")]}
        assert {path: (stat.st_mtime_ns, stat.st_ino) for path, stat in before.items()} == {
            path: (stat.st_mtime_ns, stat.st_ino) for path, stat in after.items()
        }
        assert report.unchanged == ("_generated/gone.py", "_generated/models.py", "_generated/plan.json")

    def test_rebuild_writes_new_files_and_removes_those_that_are_gone(self, target: Path, tmp_path: Path) -> None:
        report = publish(NEW, target)
        assert report.written == ("_generated/models.py", "_generated/parts/tools.json")
        assert report.unchanged == ("_generated/plan.json",)
        assert report.removed == ("_generated/gone.py",)
        assert tree(target) == whole(NEW, tmp_path)

    def test_persons_files_are_never_touched_again(self, target: Path) -> None:
        (target / "overrides.py").write_bytes(b"mine\n")
        (target / "queries.py").write_bytes(b"mine too\n")
        publish(NEW, target, discard_edits=True)
        assert (target / "overrides.py").read_bytes() == b"mine\n"
        assert (target / "queries.py").read_bytes() == b"mine too\n"

    def test_missing_seed_alone_is_written_without_a_new_tree(self, target: Path) -> None:
        (target / "overrides.py").unlink()
        inode = (target / "_generated").stat().st_ino
        assert publish(OLD, target).seeded == ("overrides.py",)
        assert (target / "_generated").stat().st_ino == inode

    def test_compiled_files_are_nobodys_edit(self, target: Path) -> None:
        cache = target / "_generated" / "__pycache__"
        cache.mkdir()
        (cache / "models.cpython-311.pyc").write_bytes(b"\0")
        assert not check(OLD, target)
        publish(NEW, target)
        assert not cache.exists()

    def test_deleted_generated_file_comes_back(self, target: Path) -> None:
        (target / "_generated/models.py").unlink()
        assert publish(OLD, target).written == ("_generated/models.py",)


class TestCheck:
    def test_fresh_build_has_no_drift(self, target: Path) -> None:
        assert check(OLD, target) == Drift((), (), (), ())

    def test_other_package_is_missing_changed_and_stale(self, target: Path) -> None:
        assert check(NEW, target) == Drift(
            missing=("_generated/parts/tools.json",),
            changed=("_generated/models.py", "_generated/manifest.json"),
            stale=("_generated/gone.py",),
            edited=(),
        )

    def test_edited_and_unknown_files_are_edited(self, target: Path) -> None:
        (target / "_generated/models.py").write_bytes(b"mine\n")
        (target / "_generated/notes.txt").write_bytes(b"mine\n")
        assert check(OLD, target).edited == ("_generated/models.py", "_generated/notes.txt")

    def test_empty_folder_misses_everything_and_stays_empty(self, tmp_path: Path) -> None:
        drift = check(OLD, tmp_path / "shop")
        assert len(drift.missing) == len(OLD.files) + len(OLD.seeds) + 1
        assert not (tmp_path / "shop").exists()


class TestEdits:
    def test_hand_edited_file_stops_the_build(self, target: Path) -> None:
        (target / "_generated/models.py").write_bytes(b"mine\n")
        message = refusal(NEW, target)
        assert "_generated/models.py: was edited by hand" in message
        assert "overrides.py" in message
        assert "--discard-edits" in message

    def test_unknown_file_stops_the_build(self, target: Path) -> None:
        (target / "_generated/notes.txt").write_bytes(b"mine\n")
        assert "notes.txt: is not a file that atlasgen wrote" in refusal(OLD, target)

    def test_every_edit_is_named_in_one_run(self, target: Path) -> None:
        for name in ("models.py", "plan.json", "notes.txt"):
            (target / "_generated" / name).write_bytes(b"mine\n")
        message = refusal(NEW, target)
        assert all(name in message for name in ("models.py", "plan.json", "notes.txt"))

    @pytest.mark.parametrize("manifest", [None, b"", b"<<<<<<< HEAD\n", b"[]", b'{"models.py": 1}', b"\xff"], ids=repr)
    def test_files_without_a_manifest_are_somebodys(self, target: Path, manifest: bytes | None) -> None:
        path = target / "_generated/manifest.json"
        path.unlink() if manifest is None else path.write_bytes(manifest)
        message = refusal(NEW, target)
        assert "manifest.json: " in message
        assert "version control" in message

    def test_lost_manifest_is_rewritten_where_nothing_else_differs(self, target: Path, tmp_path: Path) -> None:
        (target / "_generated/manifest.json").write_bytes(b"<<<<<<< HEAD\n")
        publish(OLD, target)
        assert tree(target) == whole(OLD, tmp_path)

    def test_edit_that_says_what_the_build_would_write_is_no_edit(self, target: Path, tmp_path: Path) -> None:
        (target / "_generated/models.py").write_bytes(NEW.files["models.py"])
        publish(NEW, target)
        assert tree(target) == whole(NEW, tmp_path)

    def test_discarding_edits_leaves_the_packages_files_alone(self, target: Path, tmp_path: Path) -> None:
        (target / "_generated/models.py").write_bytes(b"mine\n")
        (target / "_generated/notes.txt").write_bytes(b"mine\n")
        (target / "_generated/manifest.json").unlink()
        report = publish(OLD, target, discard_edits=True)
        assert tree(target) == whole(OLD, tmp_path)
        assert report.removed == ("_generated/notes.txt",)

    def test_one_refused_package_stops_all_of_them(self, target: Path, tmp_path: Path) -> None:
        (target / "_generated/models.py").write_bytes(b"mine\n")
        other = tmp_path / "elsewhere" / "depot"
        with pytest.raises(AtlasgenError):
            publish_all({other: Package("depot", NEW.files, SEEDS), target: NEW})
        assert not other.parent.exists()

    def test_edit_made_while_building_survives(self, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        rename = Path.rename

        def edit_first(self: Path, goal: Path) -> Path:
            if self.name == "_generated":
                (self / "models.py").write_bytes(b"just saved\n")
            return rename(self, goal)

        monkeypatch.setattr(Path, "rename", edit_first)
        with pytest.raises(AtlasgenError, match="while it was being built"):
            publish(NEW, target)
        assert (target / "_generated/models.py").read_bytes() == b"just saved\n"
        assert not (target / ".atlasgen").exists()


class TestRefusals:
    def test_generated_folder_that_is_a_link_is_refused(self, target: Path, tmp_path: Path) -> None:
        (target / "_generated").rename(tmp_path / "elsewhere")
        (target / "_generated").symlink_to(tmp_path / "elsewhere")
        assert "symbolic link" in refusal(NEW, target)

    @pytest.mark.parametrize("name", ["models.py", "parts"])
    def test_link_inside_is_refused_even_when_edits_are_discarded(
        self, target: Path, tmp_path: Path, name: str
    ) -> None:
        (target / "_generated" / name).unlink(missing_ok=True)
        (target / "_generated" / name).symlink_to(tmp_path)
        with pytest.raises(AtlasgenError, match="symbolic link"):
            publish(NEW, target, discard_edits=True)
        with pytest.raises(AtlasgenError, match="symbolic link"):
            check(NEW, target)

    def test_file_in_place_of_the_generated_folder_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "_generated").write_bytes(b"")
        assert "no plain folder" in refusal(OLD, tmp_path)

    @pytest.mark.parametrize(
        "name",
        ["../x.py", "/x.py", "a/../../x", "", ".", "./x", "a//b", "a/", "a\\b", "C:x", "a\0b", "__pycache__/x.pyc"],
    )
    def test_name_outside_the_package_is_refused(self, tmp_path: Path, name: str) -> None:
        for package in (Package("shop", {name: b""}, {}), Package("shop", {}, {name: b""})):
            with pytest.raises(AtlasgenError, match="no name for a file inside"):
                publish(package, tmp_path / "shop")
        assert not (tmp_path / "shop").exists()

    @pytest.mark.parametrize(
        "names",
        [("models.py", "Models.py"), ("a/x", "A/y"), ("caf\u00e9", "cafe\u0301"), ("Manifest.json",)],
        ids=["file", "folder", "unicode", "manifest"],
    )
    def test_names_that_some_file_system_confuses_are_refused(self, tmp_path: Path, names: tuple[str, ...]) -> None:
        with pytest.raises(AtlasgenError, match="one name where case does not count"):
            publish(Package("shop", dict.fromkeys(names, b""), {}), tmp_path / "shop")

    @pytest.mark.parametrize("names", [("a", "a/b"), ("manifest.json",), ("manifest.json/x",)], ids=repr)
    def test_name_that_is_taken_is_refused(self, tmp_path: Path, names: tuple[str, ...]) -> None:
        with pytest.raises(AtlasgenError, match="is taken"):
            publish(Package("shop", dict.fromkeys(names, b""), {}), tmp_path / "shop")

    def test_seed_inside_the_tools_folder_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(AtlasgenError, match="is taken"):
            publish(Package("shop", {}, {"_generated/x.py": b""}), tmp_path / "shop")

    def test_file_in_place_of_the_output_folder_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "out").write_bytes(b"")
        with pytest.raises(AtlasgenError, match="cannot be read or written"):
            publish(OLD, tmp_path / "out" / "shop")


class Killed(BaseException):
    """Stands for SIGKILL: from here on every operation on the file system fails, clean-up included."""


class Steps:
    """Counts what a build does to the file system, and stops it dead, or makes it fail once, at a given step."""

    CHANGES = frozenset({"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink", "shutil.rmtree"})

    def __init__(self) -> None:
        self.root = ""
        self.taken = 0
        self.fatal = sys.maxsize
        self.failing = sys.maxsize

    def audit(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self.root:
            return
        # rmtree removes by name within an open folder: no full path is seen then
        if event not in ("os.remove", "os.rmdir") and not any(str(it).startswith(self.root) for it in arguments[:2]):
            return
        if event in self.CHANGES or (event == "open" and arguments[1] not in (None, "r", "rb")):
            self.taken += 1
            if self.taken >= self.fatal:
                raise Killed
            if self.taken == self.failing:
                raise OSError(28, "No space left on device", str(arguments[0]))

    def run(
        self, build: Callable[[], object], root: Path, *, fatal: int = sys.maxsize, failing: int = sys.maxsize
    ) -> int:
        """Return the number of steps that a build took until it ended, one way or the other."""
        self.root, self.taken, self.fatal, self.failing = str(root), 0, fatal, failing
        try:
            build()
        except (Killed, AtlasgenError):
            pass
        finally:
            self.root = ""
        return self.taken


@pytest.fixture(scope="session")
def installed_steps() -> Steps:
    steps = Steps()
    sys.addaudithook(steps.audit)  # a hook stays for the life of the process, so there is one
    return steps


@pytest.fixture
def steps(installed_steps: Steps, monkeypatch: pytest.MonkeyPatch) -> Iterator[Steps]:
    def write_in_two_steps(path: Path, data: bytes) -> int:
        with path.open("wb") as file:
            file.write(data[: len(data) // 2])
        with path.open("ab") as file:
            return file.write(data[len(data) // 2 :])

    monkeypatch.setattr(Path, "write_bytes", write_in_two_steps)
    yield installed_steps
    installed_steps.root = ""


class TestCrashes:
    def test_build_killed_at_any_step_is_repaired_by_the_next(self, steps: Steps, tmp_path: Path) -> None:
        before, after = whole(OLD, tmp_path), whole(NEW, tmp_path)
        total = 0
        for fatal in range(1, 1000):
            target = tmp_path / f"killed-{fatal}" / "shop"
            publish(OLD, target)
            taken = steps.run(partial(publish, NEW, target), target, fatal=fatal)
            if taken < fatal:
                total = taken
                break
            visible = {name: data for name, data in tree(target).items() if not name.startswith(".atlasgen/")}
            assert visible in (before, after) or not (target / "_generated").exists()
            publish(OLD if fatal % 2 else NEW, target)
            assert tree(target) == (before if fatal % 2 else after)
        assert total > 15, "the steps of a build were not seen"

    def test_first_build_killed_at_any_step_is_repaired_by_the_next(self, steps: Steps, tmp_path: Path) -> None:
        after = whole(NEW, tmp_path)
        for fatal in range(1, 1000):
            out = tmp_path / f"killed-{fatal}"
            if steps.run(partial(publish, NEW, out / "a" / "shop"), out, fatal=fatal) < fatal:
                break
            publish(NEW, out / "a" / "shop")
            assert tree(out / "a" / "shop") == after
        assert fatal > 15

    def test_full_disk_at_any_step_leaves_the_old_tree(self, steps: Steps, tmp_path: Path) -> None:
        before, after = whole(OLD, tmp_path), whole(NEW, tmp_path)
        for failing in range(1, 1000):
            first, second = (tmp_path / f"full-{failing}" / name for name in ("one", "two"))
            publish_all({first: OLD, second: OLD})
            changed = {first: NEW, second: NEW}
            taken = steps.run(partial(publish_all, changed), first.parent, failing=failing)
            if taken < failing:
                break
            assert (tree(first), tree(second)) in ((before, before), (after, after)) or (
                # clearing away is what failed: the new trees stand already
                {name for name in tree(first) | tree(second) if not name.startswith(".atlasgen/")} == after.keys()
            )
            publish_all(changed)
            assert (tree(first), tree(second)) == (after, after)
        assert failing > 30

    def test_full_disk_at_any_step_of_a_first_build_leaves_nothing(self, steps: Steps, tmp_path: Path) -> None:
        after = whole(NEW, tmp_path)
        for failing in range(1, 1000):
            out = tmp_path / f"full-{failing}"
            if steps.run(partial(publish, NEW, out / "shop"), out, failing=failing) < failing:
                break
            assert not out.exists() or after.items() <= tree(out / "shop").items()
        assert failing > 15

    def test_interrupted_tree_is_not_taken_for_an_edit_even_if_the_old_one_was_set_aside(self, target: Path) -> None:
        (target / ".atlasgen").mkdir()
        (target / "_generated").rename(target / ".atlasgen" / "old")
        assert publish(OLD, target).unchanged == ("_generated/gone.py", "_generated/models.py", "_generated/plan.json")
        assert not (target / ".atlasgen").exists()


WORKER = textwrap.dedent("""
    import sys
    from pathlib import Path
    from atlasgen.publish import Package, publish
    packages = [Package("shop", {f"{i}.py": bytes([65 + k]) * 5000 for i in range(30)}, {}) for k in range(2)]
    for turn in range(int(sys.argv[2])):
        publish(packages[turn % 2], Path(sys.argv[1]))
""")


def worker(target: Path, turns: int) -> subprocess.Popen[bytes]:
    source = Path(__file__).parents[1] / "generator"
    command = [sys.executable, "-c", WORKER, str(target), str(turns)]
    return subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(source)}, stderr=subprocess.PIPE)


def is_one_tree(target: Path) -> bool:
    files = tree(target)
    return len(files) == 31 and len({data for name, data in files.items() if name.endswith(".py")}) == 1


class TestProcesses:
    def test_two_builds_at_once_leave_one_whole_tree(self, tmp_path: Path) -> None:
        target = tmp_path / "out" / "shop"
        builds = [worker(target, 25), worker(target, 24)]
        assert [build.communicate(timeout=60)[1] for build in builds] == [b"", b""]
        assert is_one_tree(target)

    def test_killed_process_leaves_what_the_next_build_repairs(self, tmp_path: Path) -> None:
        target = tmp_path / "out" / "shop"
        for pause in (0.003, 0.011, 0.024, 0.05):
            build = worker(target, 1_000_000)
            while not target.exists() and build.poll() is None:
                time.sleep(0.005)
            time.sleep(pause)
            build.send_signal(signal.SIGKILL)
            _, complaint = build.communicate(timeout=60)
            assert complaint == b""
            assert worker(target, 1).communicate(timeout=60)[1] == b""
            assert is_one_tree(target)
