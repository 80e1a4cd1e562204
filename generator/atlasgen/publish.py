"""Writes generated packages: the tool owns `_generated/`, people own everything beside it.

A package's folder changes from one whole tree to the next: the new tree is staged in `.atlasgen/` beside the old one,
its manifest last, and takes its place by two renames; whatever a killed build leaves behind, the next one mends. What
people wrote is never overwritten: a file in `_generated/` that the manifest does not vouch for stops the build before
any write.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from atlasgen.errors import AtlasgenError, Problem

GENERATED = "_generated"
MANIFEST = "manifest.json"
_WORK = ".atlasgen"


@dataclass(frozen=True, slots=True)
class Package:
    """The files of one environment, rendered and not yet written.

    Attributes:
        name: The package's name under `generated_envs/`.
        files: The tool's files, by their relative POSIX path within `_generated/`.
        seeds: The files that a person will own, by their path within the package; written only where there is none.
    """

    name: str
    files: Mapping[str, bytes]
    seeds: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Report:
    """What a publication did to each file; paths are relative to the package's folder.

    Attributes:
        written: New, or with other content than before.
        unchanged: There already, with this content.
        removed: No longer part of the package, or thrown away by `discard_edits`.
        seeded: Person-owned files that were created.
    """

    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    seeded: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drift:
    """How a folder differs from its package; false where it does not. Paths are relative to the package's folder.

    Attributes:
        missing: Of the package, but not there.
        changed: As the tool wrote it once, but the package now says something else.
        stale: Written by the tool, but no longer of the package.
        edited: Written by a person into the tool's folder.
    """

    missing: tuple[str, ...]
    changed: tuple[str, ...]
    stale: tuple[str, ...]
    edited: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.missing or self.changed or self.stale or self.edited)


def check(package: Package, target: Path) -> Drift:
    """Compare a folder with its package; nothing is written.

    Raises:
        AtlasgenError: the package has an illegal file name, or the folder cannot be read or holds links.
    """
    _refuse(_illegal_names(package))
    with _told(target):
        tree = _read(target / GENERATED)
        _refuse(tree.problems)
        return _compare(package, target, tree)


def publish(package: Package, target: Path, *, discard_edits: bool = False) -> Report:
    """Make a folder hold exactly this package; see `publish_all`."""
    return publish_all({target: package}, discard_edits=discard_edits)[target]


def publish_all(packages: Mapping[Path, Package], *, discard_edits: bool = False) -> dict[Path, Report]:
    """Make each folder hold exactly its package: all of them or, where one is refused, none.

    Args:
        packages: The packages by their folders.
        discard_edits: Throw away what people wrote into the tool's folders.

    Raises:
        AtlasgenError: a person's work would be lost, a name is illegal, or the disk refuses; every folder is as before.
    """
    _refuse([problem for package in packages.values() for problem in _illegal_names(package)])
    with _told(*packages), ExitStack() as locks, ExitStack() as undo:
        for parent in sorted({target.parent for target in packages}):
            _create(parent, undo)
            locks.enter_context(_locked(parent))
        for target in packages:
            _repair(target)
        trees = {target: _read(target / GENERATED) for target in packages}
        drifts = {target: _compare(package, target, trees[target]) for target, package in packages.items()}
        problems = [problem for tree in trees.values() for problem in tree.problems]
        if not discard_edits:
            problems += [problem for target in packages for problem in _edits(target, trees[target], drifts[target])]
        _refuse(problems)
        drifted = [target for target in packages if drifts[target]]
        for target in drifted:
            _create(target, undo)
            undo.callback(_repair, target)
            _stage(packages[target], target, drifts[target])
        for target in drifted:
            _swap(target, trees[target], undo)
        undo.pop_all()
        for target in drifted:
            shutil.rmtree(target / _WORK, ignore_errors=True)  # the new trees stand; the next build tries again
        return {target: _report(package, trees[target], drifts[target]) for target, package in packages.items()}


@dataclass(frozen=True, slots=True)
class _Tree:
    """What a `_generated` folder holds: digests of its files, and those that its manifest vouches for."""

    found: Mapping[str, str]
    listed: Mapping[str, str] | None
    manifest: bytes | None
    problems: tuple[Problem, ...]


def _read(folder: Path) -> _Tree:
    found: dict[str, str] = {}
    problems: list[Problem] = []
    manifest: bytes | None = None
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        problems.append(_not_plain(folder, "folder"))
    elif folder.exists():
        for parent, folders, names in os.walk(folder, onerror=_raise):
            folders[:] = sorted(name for name in folders if name != "__pycache__")
            for path in (Path(parent, name) for name in [*folders, *sorted(names)]):
                if path.is_symlink() or not (path.is_dir() or path.is_file()):
                    problems.append(_not_plain(path, "file"))
                elif path == folder / MANIFEST and path.is_file():
                    manifest = path.read_bytes()
                elif path.is_file():
                    found[path.relative_to(folder).as_posix()] = _digest(path.read_bytes())
    return _Tree(found, _parse_manifest(manifest), manifest, tuple(problems))


def _not_plain(path: Path, kind: str) -> Problem:
    what = "is a symbolic link, and atlasgen does not write through one" if path.is_symlink() else f"is no plain {kind}"
    return Problem(str(path), what, "remove it and build again")


def _raise(error: OSError) -> None:
    raise error


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _digests(package: Package) -> dict[str, str]:
    return {name: _digest(data) for name, data in sorted(package.files.items())}


def _format_manifest(digests: Mapping[str, str]) -> bytes:
    return (json.dumps(digests, indent=2, sort_keys=True) + "\n").encode()


def _parse_manifest(data: bytes | None) -> Mapping[str, str] | None:
    """Return what a manifest vouches for; none where there is no manifest or it is no longer one."""
    try:
        value = json.loads(data or b"")
    except ValueError:
        return None
    if isinstance(value, dict) and all(isinstance(digest, str) for digest in value.values()):
        return value
    return None


def _compare(package: Package, target: Path, tree: _Tree) -> Drift:
    wanted = _digests(package)
    listed = tree.listed or {}
    # A file that holds what it is about to hold is nobody's loss, whatever the manifest says.
    edited = {name for name, digest in tree.found.items() if digest not in (listed.get(name), wanted.get(name))}
    missing = [name for name in wanted if name not in tree.found]
    changed = [name for name in wanted if tree.found.get(name, wanted[name]) != wanted[name] and name not in edited]
    stale = [name for name in tree.found if name not in wanted and name not in edited]
    if tree.manifest is None:
        missing.append(MANIFEST)
    elif tree.manifest != _format_manifest(wanted):
        changed.append(MANIFEST)
    unseeded = tuple(name for name in sorted(package.seeds) if not os.path.lexists(target / name))
    return Drift(_within(missing) + unseeded, _within(changed), _within(stale), _within(sorted(edited)))


def _within(names: list[str]) -> tuple[str, ...]:
    return tuple(f"{GENERATED}/{name}" for name in names)


def _report(package: Package, tree: _Tree, drift: Drift) -> Report:
    wanted = _digests(package)
    fresh = [name for name in wanted if tree.found.get(name) != wanted[name]]
    return Report(
        written=_within(fresh),
        unchanged=_within([name for name in wanted if name not in fresh]),
        removed=_within([name for name in tree.found if name not in wanted]),
        seeded=tuple(name for name in drift.missing if name in package.seeds),
    )


def _edits(target: Path, tree: _Tree, drift: Drift) -> list[Problem]:
    """Say of each file that a person wrote into the tool's folder what to do with it."""
    manifest = target / GENERATED / MANIFEST
    if drift.edited and tree.listed is None:
        state = "is missing" if tree.manifest is None else "cannot be read"
        return [
            Problem(
                str(manifest),
                f"{state}, so that nobody knows who wrote {_some(drift.edited)}",
                "restore it from version control, or replace the whole folder with --discard-edits",
            )
        ]
    problems = []
    for name in drift.edited:
        if name.removeprefix(f"{GENERATED}/") in (tree.listed or {}):
            what, verb = "was edited by hand, and building would overwrite it", "move the change"
        else:
            what, verb = "is not a file that atlasgen wrote, and building would delete it", "move it"
        remedy = f"{verb} to {target / 'overrides.py'}, or throw it away with --discard-edits"
        problems.append(Problem(str(target / name), what, remedy))
    return problems


def _some(names: tuple[str, ...]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _illegal_names(package: Package) -> list[Problem]:
    """Find names that leave the package's folder, or that some file system takes for one another."""
    problems = []
    for names, reserved in ((package.files, (MANIFEST,)), (package.seeds, (GENERATED, _WORK))):
        spelled = {_folded(name): name for name in reserved}
        folders = {str(parent) for name in names for parent in PurePosixPath(name).parents}
        for name in sorted(names):
            path = PurePosixPath(name)
            inside = str(path) == name and path.parts and not path.is_absolute() and ".." not in path.parts
            if not inside or "__pycache__" in path.parts or {*name} & {*"\\:\0"}:
                problems.append(Problem(package.name, f"{name!r} is no name for a file inside the package"))
            elif path.parts[0] in reserved or name in folders:
                problems.append(Problem(package.name, f"{name!r} is taken, so no file can have that name"))
            for part in (path, *path.parents):
                other = spelled.setdefault(_folded(str(part)), str(part))
                if other != str(part):
                    what = f"{str(part)!r} and {other!r} are one name where case does not count"
                    problems.append(Problem(package.name, what))
    return problems


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _refuse(problems: list[Problem] | tuple[Problem, ...]) -> None:
    if problems:
        raise AtlasgenError(*problems)


@contextmanager
def _told(*targets: Path) -> Iterator[None]:
    """Turn what the operating system refuses into a problem that says where."""
    try:
        yield
    except OSError as error:
        where = str(error.filename or ", ".join(map(str, targets)))
        remedy = "free the disk or the folder, or name another one with --out"
        raise AtlasgenError.single(where, f"cannot be read or written: {error.strerror or error}", remedy) from error


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keep a second build waiting; the kernel lets go of the lock when a build is killed."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some network file systems have no locks; one build at a time is then up to people
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _create(folder: Path, undo: ExitStack) -> None:
    for missing in reversed([part for part in (folder, *folder.parents) if not part.exists()]):
        missing.mkdir(exist_ok=True)
        undo.callback(_remove_if_empty, missing)


def _remove_if_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()


def _repair(target: Path) -> None:
    """Finish or take back what a build that was killed had begun."""
    generated, work = target / GENERATED, target / _WORK
    if (work / "old").exists() and not generated.exists():
        (work / "old").rename(generated)
    if work.exists():
        shutil.rmtree(work)


def _stage(package: Package, target: Path, drift: Drift) -> None:
    """Write what has to change into the work folder, the manifest last."""
    work = target / _WORK
    work.mkdir()
    staged = {f"seeds/{name}": data for name, data in package.seeds.items() if name in drift.missing}
    if drift.changed or drift.stale or drift.edited or any(name not in package.seeds for name in drift.missing):
        staged |= {f"new/{name}": data for name, data in package.files.items()}
        staged[f"new/{MANIFEST}"] = _format_manifest(_digests(package))
    for name, data in staged.items():
        (work / name).parent.mkdir(parents=True, exist_ok=True)
        (work / name).write_bytes(data)


def _swap(target: Path, seen: _Tree, undo: ExitStack) -> None:
    """Put what is staged in its place; `undo` knows the way back."""
    generated, work = target / GENERATED, target / _WORK
    if (work / "new").exists():
        if generated.exists():
            generated.rename(work / "old")
            if _read(work / "old") != seen:
                raise AtlasgenError.single(str(generated), "was changed while it was being built", "build again")
        (work / "new").rename(generated)
        undo.callback(generated.rename, work / "new")
    for path in sorted((work / "seeds").rglob("*")):
        seed = target / path.relative_to(work / "seeds")
        if path.is_dir():
            _create(seed, undo)
        elif not os.path.lexists(seed):
            path.rename(seed)
            undo.callback(seed.rename, path)
