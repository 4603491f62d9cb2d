"""Photos of field reports: kept under names of ours, freed of place and time before they are written down."""

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
        folder, name = self.var / FOLDER, secrets.token_hex(16)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self._path(name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(picture)
            file.flush()
            os.fsync(file.fileno())
        return name

    def read(self, name: str) -> Photo | None:
        """A photo; None where it is gone, or no picture any more."""
        try:
            data = self._path(name).read_bytes()
        except FileNotFoundError:
            return None
        kind = kind_of(data)
        return Photo(kind, data) if kind else None

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

    def _path(self, name: str) -> Path:
        return self.var / FOLDER / f"{name}{_SUFFIX}"
