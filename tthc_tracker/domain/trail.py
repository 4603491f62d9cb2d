"""The tamper-evident trail: how history is written down to be hashed, and how its links hang together.

Golden vectors in tests/domain/test_trail.py hold the serialisation: a change of it breaks every chain in use.
Texts are hashed as the database keeps them, not normalised anew, so that no byte can be exchanged unseen;
what is typed has been brought to NFC before it is kept.
"""

import datetime as dt
import hashlib
import hmac
import json
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from json.encoder import encode_basestring as _quoted
from typing import Any, NamedTuple

from tthc_tracker.domain.localtime import utc_text

BEGINNING = "0" * 64
"""What stands before the first link of a chain."""

INSTALLATION = 0
"""The chain of what was done for no agency in particular: sign-ins, jobs, restores."""


class Kind(StrEnum):
    """What a member of a link is: the letter is part of what is hashed."""

    EVENT = "e"
    AUDIT = "a"
    PRIVATE = "p"


class LinkKind(StrEnum):
    """Why a link was made."""

    WORK = "work"
    GENESIS = "genesis"  # what stood in the tables before there was a trail


class Member(NamedTuple):
    """A row that a link covers: (dossier, number of the event), or (audit entry, 0), with its digest."""

    kind: Kind
    id: int
    seq: int
    digest: bytes


class EventText(NamedTuple):
    """A dossier's event as stored: moments `YYYY-MM-DD HH:MM:SS.ffffff` in UTC, facts the very text kept."""

    dossier_id: int
    seq: int
    kind: str
    occurred_at: str
    recorded_at: str
    actor_id: int | None
    actor_name: str
    reason: str
    facts: str


class AuditText(NamedTuple):
    """An audit entry as stored."""

    id: int
    at: str
    actor_id: int | None
    agency_id: int | None
    action: str
    object_type: str
    object_id: str
    facts: str


class PrivateText(NamedTuple):
    """The erasable part of an event as stored, with the salt that goes when it goes."""

    dossier_id: int
    seq: int
    salt: bytes
    payload: str


@dataclass(frozen=True)
class Link:
    """One row of a chain: it covers what one transaction wrote of one agency's history."""

    agency_id: int
    seq: int
    kind: str
    at: str  # when the latest of its members was recorded
    key_id: int
    members: bytes
    prev_hash: str


_MEMBER = struct.Struct(">cqq32s")


def pack(members: Iterable[Member]) -> bytes:
    """Members in the form a link keeps them: 49 bytes each, in the order written."""
    return b"".join(
        _MEMBER.pack(member.kind.encode(), member.id, member.seq, member.digest) for member in members
    )


def unpack(packed: bytes) -> Iterator[Member]:
    """The members of a link.

    Raises:
        ValueError: the bytes are not members.
    """
    try:
        for kind, number, seq, digest in _MEMBER.iter_unpack(packed):
            yield Member(Kind(kind.decode("latin-1")), number, seq, digest)
    except struct.error as error:
        raise ValueError(str(error)) from error


def moment_text(moment: dt.datetime) -> str:
    """A moment in the trail's form: UTC, always with six digits."""
    return utc_text(moment)


def moment_of(text: str) -> dt.datetime:
    """The moment that a text of the trail's form says."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def stored_json(value: Any) -> str:
    """The text in which both databases keep a JSON value."""
    return json.dumps(value)


_CANON = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _canonical(fields: Mapping[str, Any]) -> bytes:
    return _CANON.encode(fields).encode("utf-8", "surrogateescape")


def digest(row: EventText | AuditText) -> bytes:
    """What a link keeps of an event or audit entry: nothing in it is personal."""
    if isinstance(row, EventText):
        return hashlib.sha256(_canonical_event(row).encode("utf-8", "surrogateescape")).digest()
    return hashlib.sha256(_canonical(row._asdict())).digest()


def _canonical_event(row: EventText) -> str:
    """As `_canonical` writes it, in a fifth of the time: an import has one for each of its rows."""
    actor = "null" if row.actor_id is None else row.actor_id
    return (
        f'{{"actor_id":{actor},"actor_name":{_quoted(row.actor_name)},"dossier_id":{row.dossier_id},'
        f'"facts":{_quoted(row.facts)},"kind":{_quoted(row.kind)},"occurred_at":{_quoted(row.occurred_at)},'
        f'"reason":{_quoted(row.reason)},"recorded_at":{_quoted(row.recorded_at)},"seq":{row.seq}}}'
    )


def private_digest(key: bytes, row: PrivateText) -> bytes:
    """What a link keeps of the personal part: without its salt, which is erased with it, it says nothing."""
    content = row.salt + _canonical(row._asdict() | {"salt": ""})
    return hmac.digest(_purpose(key, "private"), content, "sha256")


def link_hash(key: bytes, link: Link) -> str:
    """The hash that the next link names."""
    fields = {
        "agency": link.agency_id, "at": link.at, "key": link.key_id, "kind": link.kind,
        "members": hashlib.sha256(link.members).hexdigest(), "prev": link.prev_hash, "seq": link.seq,
    }  # fmt: skip
    return hmac.digest(_purpose(key, "link"), _canonical(fields), "sha256").hex()


Heads = dict[int, tuple[int, str]]
"""Where each chain ends: agency → number and hash of its last link."""


def heads_text(heads: Heads) -> str:
    """The heads of all chains, in the form a seal keeps them."""
    return json.dumps([[agency, *heads[agency]] for agency in sorted(heads)], separators=(",", ":"))


def heads_of(text: str) -> Heads:
    """The heads that a seal keeps."""
    return {agency: (seq, hashed) for agency, seq, hashed in json.loads(text)}


def seal_root(prev_root: str, day: str, heads: str) -> str:
    """What a seal says in 64 letters: of every chain as it ended that day, and of every seal before."""
    return hashlib.sha256(_canonical({"day": day, "heads": heads, "prev": prev_root})).hexdigest()


def seal_mark(key: bytes, root: str) -> str:
    """The proof that a seal was made by who holds the key."""
    return hmac.digest(_purpose(key, "seal"), root.encode("ascii"), "sha256").hex()


def _purpose(key: bytes, name: str) -> bytes:
    """One key a purpose, so that no digest can be passed off as another's."""
    return hmac.digest(key, f"tthc trail {name}".encode("ascii"), "sha256")
