"""Where files that people send are kept while they are needed: under names of ours, for the owner's eyes."""

import hashlib
import os
import re
import secrets
from collections.abc import Collection
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

FOLDER = "nhap-du-lieu"
_CHUNK = 1 << 20
_OURS = re.compile(r"\A([0-9a-f]{32})\.[a-z.]+\Z")


@dataclass(frozen=True)
class Kept:
    """A file as it is kept: its name here, what it holds, how many bytes."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Shelf:
    """The folder of an installation; whatever people call their files, no part of it becomes a path."""

    var: Path

    @property
    def folder(self) -> Path:
        """Where everything lies."""
        return self.var / FOLDER

    def keep(self, sent: BinaryIO) -> Kept:
        """Write a file down. Readable by its owner only; on the disk before this returns, or not at all."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name, digest, size = secrets.token_hex(16), hashlib.sha256(), 0
        descriptor = os.open(self.original(name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with ExitStack() as undone, os.fdopen(descriptor, "wb") as file:
            undone.callback(self.forget, name)  # a disk that is full must not stay so by halves of files
            while chunk := sent.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
            undone.pop_all()
        return Kept(name, digest.hexdigest(), size)

    def original(self, name: str) -> Path:
        """The file as it was sent."""
        return self.folder / f"{name}.tep"

    def errors(self, name: str, *, written: bool) -> Path:
        """What was wrong with its rows, when they were judged or when they were written."""
        return self.folder / f"{name}.{'loi' if written else 'kiem'}.csv"

    def preview(self, name: str) -> Path:
        """Its first rows as they were judged."""
        return self.folder / f"{name}.xem.json"

    def digest(self, name: str) -> str:
        """SHA-256 of the file as it lies here now."""
        with self.original(name).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def forget(self, name: str) -> None:
        """Delete a file and what was made of it; one that is gone already is gone."""
        for path in (
            self.original(name), self.errors(name, written=True), self.errors(name, written=False),
            self.preview(name),
        ):  # fmt: skip
            path.unlink(missing_ok=True)

    def sweep(self, needed: Collection[str], older_than: float) -> int:
        """Delete whatever is ours, older (seconds since 1970) and no longer needed; how many files."""
        many = 0
        for path in sorted(self.folder.glob("*")):
            match = _OURS.match(path.name)
            if match and match[1] not in needed and path.stat().st_mtime < older_than:
                path.unlink(missing_ok=True)
                many += 1
        return many


def owners_file(path: Path) -> int:
    """A descriptor of a new empty file that only its owner can read."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
