"""The keys of the trail: a file beside the database, never in it; one line a key, the newest last."""

import fcntl
import logging
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

log = logging.getLogger(__name__)

NAME = "trail.keys"


class Key(NamedTuple):
    """A key by its number; numbers only rise."""

    id: int
    secret: bytes


class Keyring:
    """The keys in a file that only its owner reads (0400). It is made at the first need."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._newest: Key | None = None

    def signing(self, at_least: int = 0) -> Key:
        """The key that signs what comes after a link signed with key `at_least`.

        Another process may have changed keys since: then the file is read again. A file that is lost, or
        older than the chain, gets a new key: the desk goes on, and `flask audit verify` says which links
        nobody can check.
        """
        if self._newest is None or self._newest.id < at_least:
            known = self.all()
            if known and max(known) >= at_least:
                self._newest = Key(max(known), known[max(known)])
            else:
                return self._added(lambda newest: newest if newest >= max(at_least, 1) else at_least + 1)
        return self._newest

    def all(self) -> Mapping[int, bytes]:
        """Every key there is, read anew."""
        try:
            lines = self._path.read_text(encoding="ascii").split("\n")
        except FileNotFoundError:
            return {}
        pairs = (line.split() for line in lines if line.strip())
        return {int(number): bytes.fromhex(secret) for number, secret in pairs}

    def add(self) -> Key:
        """Add a key: it signs from now on."""
        return self._added(lambda newest: newest + 1)

    def _added(self, number_after: Callable[[int], int]) -> Key:
        """The newest key after adding one of the number wanted, if it is not there by now."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._path.with_suffix(".lock").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)  # two processes that start together make one key
            known = dict(self.all())
            newest = max(known, default=0)
            if (wanted := number_after(newest)) > newest:
                known[wanted] = secrets.token_bytes(32)
                self._write(known)
                log.warning("a new key signs the trail", extra={"key": wanted})
        self._newest = Key(max(known), known[max(known)])
        return self._newest

    def _write(self, keys: Mapping[int, bytes]) -> None:
        """The whole file or none of it, readable by its owner only."""
        draft = self._path.with_suffix(".new")
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.writelines(f"{number} {secret.hex()}\n" for number, secret in sorted(keys.items()))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._path)
