"""Photos of field reports: kept under names of ours, freed of place and time before they are written down."""

import hashlib
import os
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.domain.photos import LARGEST, BadPhoto, PhotoKind, bare, kind_of
from tthc_tracker.wording.fieldreports import BAD_PHOTO, LARGE_PHOTO

FOLDER = "phan-anh"
_SUFFIX = ".anh"


@dataclass(frozen=True)
class Photo:
    """A picture as it is shown."""

    kind: PhotoKind
    data: bytes


@dataclass(frozen=True)
class Album:
    """The folder of an installation; whatever people call their files, no part of it becomes a path."""

    var: Path

    def keep(self, data: bytes) -> str:
        """Write a photo down without what it tells besides the picture; its name. Its owner's eyes only.

        Raises:
            InvalidInput: `photo`: too large, or no picture that is taken.
        """
        if len(data) > LARGEST:
            raise InvalidInput("photo", LARGE_PHOTO)
        try:
            picture = bare(data)
        except BadPhoto as fault:
            raise InvalidInput("photo", BAD_PHOTO) from fault
        name = secrets.token_hex(16)
        self._write(name, picture)
        return name

    def read(self, name: str) -> Photo | None:
        """A photo; None where it is gone, or no picture any more."""
        data = self.raw(name)
        kind = None if data is None else kind_of(data)
        return Photo(kind, data) if data and kind else None

    def raw(self, name: str) -> bytes | None:
        """A photo as it lies there; None where it is gone."""
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError:
            return None

    def digest(self, name: str) -> str | None:
        """What tells a photo from every other; None where it is gone."""
        data = self.raw(name)
        return None if data is None else hashlib.sha256(data).hexdigest()

    def take_over(self, name: str, other: "Album") -> str | None:
        """Have a photo of another folder here too, unless it is; its digest, None where it is gone there.

        What was here counts as new again: nobody sweeps it meanwhile.
        """
        data, digest = other.raw(name), other.digest(name)
        if data is not None and self.digest(name) == digest:
            os.utime(self._path(name))
        elif data is not None:
            self._write(name, data)
        return digest

    def forget(self, name: str) -> None:
        """Delete a photo; one that is gone already is gone."""
        self._path(name).unlink(missing_ok=True)

    def sweep(self, needed: Collection[str], older_than: float) -> int:
        """Delete what is older (seconds since 1970) and no report needs; how many photos."""
        many = 0
        for path in sorted((self.var / FOLDER).glob(f"*{_SUFFIX}")):
            if path.stem not in needed and path.stat().st_mtime < older_than:
                path.unlink(missing_ok=True)
                many += 1
        return many

    def _write(self, name: str, data: bytes) -> None:
        """Whole or not at all."""
        path = self._path(name)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = path.with_suffix(f".{secrets.token_hex(4)}.tmp")
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)

    def _path(self, name: str) -> Path:
        return self.var / FOLDER / f"{name}{_SUFFIX}"
