"""Where results go: a folder that appears whole or not at all, whatever happens on the way.

Results are written to a hidden draft beside the folder, which takes its name at the end. The draft
carries the number of the process that writes it, so that the next run removes what a killed one
left.
"""

import os
import re
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from agents.errors import MinshengError

RUN_FILE = "run.json"
"""The file by which a folder is known to be a run."""

DRAFT, _ASIDE = ".partial", ".old"
_LEFTOVER = rf"\.(?P<process>\d{{1,9}})\.[0-9a-f]{{8}}(?P<kind>{DRAFT}|{_ASIDE})"


class OutputError(MinshengError):
    """Results cannot be written where they should be."""


@contextmanager
def new_folder(folder: Path, overwrite: bool, mark: str = RUN_FILE) -> Iterator[Path]:
    """Give a hidden folder to write to, which takes its name only when all went well.

    `mark` is the file by which a folder that may be replaced is known.

    Raises
    ------
    OutputError
        The folder exists and may not be overwritten, or cannot be written.
    """
    refuse_folder(folder, overwrite, mark)
    draft = folder.parent / f".{folder.name}.{os.getpid()}.{uuid.uuid4().hex[:8]}{DRAFT}"
    above = [parent for parent in folder.parents if not parent.exists()]
    try:
        draft.mkdir(parents=True)
        yield draft
        _sync(draft)
        _replace(draft, folder, overwrite)
    except OSError as error:
        raise OutputError(f"cannot write results to {folder}: {error.strerror or error}") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        # Folders that were made for it go as well, unless something is in them by now.
        for parent in above:
            with suppress(OSError):
                parent.rmdir()


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a hidden name to write to, which becomes `path` only when all went well.

    Raises
    ------
    OutputError
        The file cannot be written; nothing is left of it, and an earlier one stays.
    """
    draft = path.parent / f".{path.name}.{os.getpid()}.{uuid.uuid4().hex[:8]}{DRAFT}"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield draft
        _sync_file(draft)
        draft.replace(path)
        _sync_file(path.parent)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def refuse_folder(folder: Path, overwrite: bool, mark: str = RUN_FILE) -> None:
    """Raise OutputError before any work is done if results could not be written to `folder`."""
    # `os.path` answers no where `Path.exists` raises for a folder that may not be searched.
    place = folder.absolute()
    parent = next(path for path in (place.parent, *place.parents) if os.path.exists(path))
    try:
        # Only trying tells: some file systems refuse what their permissions allow.
        tempfile.TemporaryDirectory(dir=parent, prefix=".minsheng").cleanup()
    except OSError as error:
        reason = f"{parent} is not a writable folder ({error.strerror})"
        raise OutputError(f"cannot write results to {folder}: {reason}") from error
    if not os.path.lexists(folder):
        return
    if not overwrite:
        raise OutputError(f"{folder} exists already; choose another --out or add --overwrite")
    if folder.is_symlink() or not folder.is_dir():
        raise OutputError(f"{folder} is not a folder; choose another --out")
    if any(folder.iterdir()) and not (folder / mark).exists():
        kind = "a run" if mark == RUN_FILE else "what this command writes"
        raise OutputError(
            f"{folder} holds something that is not {kind} (no {mark}); choose another --out"
        )


def sweep(folder: Path) -> None:
    """Remove drafts of killed runs beside `folder`; put back a run that one of them set aside."""
    pattern = re.compile(re.escape(f".{folder.name}") + _LEFTOVER)
    with suppress(OSError):
        for path in sorted(folder.absolute().parent.iterdir()):
            found = pattern.fullmatch(path.name)
            if not found or _is_running(int(found["process"])):
                continue
            if found["kind"] == _ASIDE and not os.path.lexists(folder):
                path.rename(folder)
            else:
                shutil.rmtree(path, ignore_errors=True)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # somebody else's
    return True


def _sync(folder: Path) -> None:
    """Force files to disk, so that a crash after the renaming finds them whole."""
    for path in [*folder.iterdir(), folder]:
        _sync_file(path)


def _sync_file(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _replace(draft: Path, folder: Path, overwrite: bool) -> None:
    """Give the draft its name; an earlier run steps aside first and is removed last."""
    aside = draft.with_suffix(_ASIDE)
    try:
        if overwrite and folder.exists():
            folder.rename(aside)
        draft.rename(folder)
    finally:
        # However the renaming ended, also by an interruption, one whole run keeps the name.
        if folder.exists():
            shutil.rmtree(aside, ignore_errors=True)
        elif aside.exists():
            aside.rename(folder)
