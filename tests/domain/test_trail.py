"""The serialisation that chains in use were made with: a change of these letters breaks them all."""

import datetime as dt
import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tthc_tracker.domain.localtime import SEVEN_HOURS, VIETNAM
from tthc_tracker.domain.trail import (
    BEGINNING,
    AuditText,
    EventText,
    Kind,
    Link,
    LinkKind,
    Member,
    PrivateText,
    digest,
    heads_of,
    heads_text,
    link_hash,
    moment_of,
    moment_text,
    pack,
    private_digest,
    seal_mark,
    seal_root,
    stored_json,
    unpack,
)

KEY = bytes(range(32))
EVENT = EventText(
    20260000000001, 1, "received", "2026-11-23 02:00:00.000000", "2026-11-23 02:00:01.000000", 7, "Lê Thị Bé",
    "", stored_json({"due_at": ["", "x"], "vì": None}),
)  # fmt: skip
ENTRY = AuditText(5, "2026-11-23 02:00:00.000000", None, 3, "export_list", "list", "overdue", "{}")
PRIVATE = PrivateText(20260000000001, 1, b"salt", '{"name": "A"}')


def test_the_serialisation_is_the_one_that_chains_were_made_with() -> None:
    assert digest(EVENT).hex() == "ba825c5cc322d3ea558f091fc4db794d618a7f7ab889179948c0e27882b13c82"
    assert digest(ENTRY).hex() == "ecbcfc5b0944fc88f6d559cd46f0b2f82ee3f84b50cbeca4b11326d26fdee026"
    assert (
        private_digest(KEY, PRIVATE).hex()
        == "7bc49c0660eca470e234fd025ba7ee2e4461c38980013125e4a6c8e94a3c9630"
    )
    members = pack([Member(Kind.EVENT, EVENT.dossier_id, 1, digest(EVENT))])
    link = Link(3, 1, LinkKind.WORK, EVENT.recorded_at, 1, members, BEGINNING)
    assert link_hash(KEY, link) == "4d8d6b43ab9dd703efeea6908d4ea938c3f925263e57034b47e2d461dfb2eb07"
    heads = heads_text({3: (1, "ab"), 0: (2, "cd")})
    root = seal_root(BEGINNING, "2026-11-23", heads)
    assert (root, seal_mark(KEY, root)) == (
        "b06cf08cab8ffd09afccd1dc9fb4f782e707a057327449fed4689cd4aed7909d",
        "5cb260c6f7ceb29423aeda29e10570a88cab84ad3a724bc43195f9d39efdcbcb",
    )


def test_members_come_back_as_they_were_packed() -> None:
    members = [
        Member(Kind.EVENT, 2**45, 3, digest(EVENT)),
        Member(Kind.AUDIT, 5, 0, digest(ENTRY)),
        Member(Kind.PRIVATE, 2**45, 3, private_digest(KEY, PRIVATE)),
    ]
    assert list(unpack(pack(members))) == members


@pytest.mark.parametrize("packed", [b"e", b"x" + bytes(48)], ids=["cut short", "of no kind"])
def test_other_bytes_are_no_members(packed: bytes) -> None:
    with pytest.raises(ValueError, match=r"bytes|Kind"):
        list(unpack(packed))


def test_moments_are_written_in_utc_at_one_length() -> None:
    hanoi = dt.timezone(dt.timedelta(hours=7))
    moment = dt.datetime(2026, 11, 23, 6, 30, tzinfo=hanoi)
    assert moment_text(moment) == "2026-11-22 23:30:00.000000"
    assert moment_of(moment_text(moment)) == moment


@pytest.mark.parametrize("zone", [SEVEN_HOURS, VIETNAM, dt.UTC], ids=["seven hours", "Vietnam", "UTC"])
@pytest.mark.parametrize(
    "clock",
    [
        "2026-03-01 06:59", "2026-03-01 07:00", "2026-01-01 00:00", "2026-12-31 23:59", "2026-03-01 08:00:01",
        "2026-03-01 08:00:00.000005", "1974-05-01 12:00", "1976-01-01 01:00",
    ],
)  # fmt: skip
def test_a_moment_looked_up_is_the_moment_reckoned(zone: dt.tzinfo, clock: str) -> None:
    moment = dt.datetime.fromisoformat(clock).replace(tzinfo=zone)
    assert moment_text(moment) == f"{moment.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S.%f}"


def test_the_same_personal_words_under_another_salt_or_key_say_something_else() -> None:
    digests = {
        private_digest(KEY, PRIVATE),
        private_digest(KEY, PRIVATE._replace(salt=b"pepper")),
        private_digest(KEY[::-1], PRIVATE),
    }
    assert len(digests) == 3


def test_heads_come_back_from_the_text_of_a_seal() -> None:
    heads = {0: (2, "cd"), 3: (1, "ab")}
    assert heads_of(heads_text(heads)) == heads


TEXTS = st.text(st.characters(exclude_categories=()), max_size=20)
EVENTS = st.builds(
    EventText,
    st.integers(),
    st.integers(),
    TEXTS,
    TEXTS,
    TEXTS,
    st.none() | st.integers(),
    TEXTS,
    TEXTS,
    TEXTS,
)


@given(EVENTS)
def test_an_event_is_hashed_as_the_canonical_json_of_its_fields(event: EventText) -> None:
    told = json.dumps(event._asdict(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    try:
        expected = hashlib.sha256(told.encode("utf-8", "surrogateescape")).digest()
    except UnicodeEncodeError:  # no text of a database
        with pytest.raises(UnicodeEncodeError):
            digest(event)
    else:
        assert digest(event) == expected
