"""A folder that a source's files are laid into: read without ever leaving it, and emptied without losing any.

Everything goes by descriptors below the root, none of which follows a link: whoever may write into the folder
must not have us read, or move, what lies elsewhere on the server.
"""

import os
import shutil
import stat
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import BinaryIO, Self

from tthc_tracker.domain.feeds import DONE, REFUSED, FoundFile, is_unfinished

MOST_FILES = 1_000
"""Looked at in one go, the oldest: the others have their turn when these are moved."""
LONGEST_NAME = 255
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_MODE = 0o640


class NotWholeError(Exception):
    """A file that is being written, or was replaced, while it is read."""


class NoPlainFileError(Exception):
    """A link, a pipe, a device: nothing to read from."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What lies in a folder; `strange`: how much of it is not even looked at."""

    files: tuple[FoundFile, ...]
    strange: int


class FeedFolder:
    """A folder below the root; open while it is used as a context.

    Raises:
        OSError: on entering, when a part of it is missing, a link, or not ours to read.
    """

    def __init__(self, root: Path, place: str) -> None:
        self._root, self._parts = root, place.split("/")
        self._stack = ExitStack()
        self._at = -1

    def __enter__(self) -> Self:
        with ExitStack() as opened:
            self._at = _kept(opened, os.open(self._root, os.O_RDONLY | os.O_DIRECTORY))
            for part in self._parts:
                self._at = _kept(opened, os.open(part, _DIRECTORY, dir_fd=self._at))
            self._stack = opened.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def listing(self) -> Listing:
        """The plain files that nobody is still writing, by their names. Links, pipes and names that cannot be
        written down are counted; folders are passed over.
        """
        files, strange = [], 0
        with os.scandir(self._at) as entries:
            for entry in entries:
                if is_unfinished(entry.name) or entry.is_dir(follow_symlinks=False):
                    continue
                if not entry.is_file(follow_symlinks=False) or not _is_plain(entry.name):
                    strange += 1
                    continue
                with suppress(FileNotFoundError):  # taken away this very moment
                    known = entry.stat(follow_symlinks=False)
                    files.append(FoundFile(entry.name, known.st_size, known.st_mtime_ns))
        return Listing(tuple(sorted(files, key=lambda file: file.turn)[:MOST_FILES]), strange)

    @contextmanager
    def opened(self, file: FoundFile) -> Iterator[BinaryIO]:
        """The file, if it is the one that was found; whoever has read it asks `is_same` again.

        Raises:
            NotWholeError, NoPlainFileError, OSError.
        """
        # Without NONBLOCK a pipe that was put in its place would be waited at for ever.
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
        with os.fdopen(os.open(file.name, flags, dir_fd=self._at), "rb") as found:
            if not stat.S_ISREG(os.fstat(found.fileno()).st_mode):
                raise NoPlainFileError
            if not is_same(found, file):
                raise NotWholeError
            yield found

    def put_away(self, file: FoundFile, number: int, *, refused: bool, notes: dict[str, Path | str]) -> None:
        """Move a file that was looked at, with what is to be said of it: words, or a file, by what its name
        ends in. Nothing there is overwritten; `number` tells files of one name apart.

        Raises:
            NotWholeError: another file lies under its name by now, and was left there. OSError.
        """
        with ExitStack() as opened:
            beside = _kept(opened, self._folder(REFUSED if refused else DONE))
            name = file.name
            if not all(_is_free(beside, one) for one in (name, *_beside(name, notes).values())):
                name = _numbered(name, number)
            for ending, note in _beside(name, notes).items():
                _write(beside, note, notes[ending])
            os.rename(file.name, name, src_dir_fd=self._at, dst_dir_fd=beside)
            if _facts(os.stat(name, dir_fd=beside, follow_symlinks=False)) != (file.size, file.mtime_ns):
                os.rename(name, file.name, src_dir_fd=beside, dst_dir_fd=self._at)
                raise NotWholeError

    def _folder(self, name: str) -> int:
        try:
            return os.open(name, _DIRECTORY, dir_fd=self._at)
        except FileNotFoundError:
            os.mkdir(name, 0o750, dir_fd=self._at)
            return os.open(name, _DIRECTORY, dir_fd=self._at)


def is_same(found: BinaryIO, file: FoundFile) -> bool:
    """Whether an opened file is as it was found: of that size, written to last at that moment."""
    return _facts(os.fstat(found.fileno())) == (file.size, file.mtime_ns)


def _kept(stack: ExitStack, descriptor: int) -> int:
    stack.callback(os.close, descriptor)
    return descriptor


def _is_plain(name: str) -> bool:
    return name.isprintable() and len(name) <= LONGEST_NAME


def _facts(known: os.stat_result) -> tuple[int, int]:
    return known.st_size, known.st_mtime_ns


def _is_free(folder: int, name: str) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return True
    return False


def _numbered(name: str, number: int) -> str:
    path = PurePath(name)
    return f"{path.stem[: LONGEST_NAME // 4]}.{number}{path.suffix[:20]}"


def _beside(name: str, endings: Iterable[str]) -> dict[str, str]:
    """What the notes on a file are called, by their endings; a long name leaves them room."""
    stem = PurePath(name).stem.encode()[: LONGEST_NAME - 20].decode(errors="ignore")
    return {ending: stem + ending for ending in endings}


def _write(folder: int, name: str, said: Path | str) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW  # a note of a run that was ended
    with os.fdopen(os.open(name, flags, _MODE, dir_fd=folder), "wb") as file:
        if isinstance(said, str):
            file.write(said.encode())
            return
        with said.open("rb") as kept:
            shutil.copyfileobj(kept, file)
