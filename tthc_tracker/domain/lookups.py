"""Looking up one's own dossier without an account: what opens it, and how often one may try.

Whoever is not signed in sees a dossier's code and progress only (TT 01/2018 Đ16.2.d), and that with a second
thing besides the code: the receipt's token, the last six signs of an identity number, or a whole number.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import timedelta

from tthc_tracker.domain.folding import clean_phone
from tthc_tracker.domain.receipttoken import token_hash
from tthc_tracker.domain.throttles import Limit, Throttle

_TOKEN = re.compile(r"\A[a-z2-7]{26}\Z")
_NO_SIGN = re.compile(r"[^0-9A-Z]")
ENDING = 6
_SHORTEST = 8  # a passport's letter and seven digits

_QUARTER = timedelta(minutes=15)
DAY = timedelta(days=1)
BY_DOSSIER = (
    *(Limit(5 + step, _QUARTER * 2**step) for step in range(5)),  # 15 min, then twice as long, up to 4 hours
    Limit(10, DAY),
)
BY_ADDRESS = (Limit(15, timedelta(minutes=10)), Limit(100, DAY))
BY_NETWORK = (Limit(30, timedelta(minutes=1)), Limit(300, DAY))
ALTOGETHER = (Limit(200, timedelta(minutes=10)),)
ALTOGETHER_SCOPE = "lookup"
# Once so many have failed, whoever has not failed himself within a day is still looked at, up to:
IN_RESERVE = (Limit(400, timedelta(minutes=10)),)
UNTRIED = (Limit(1, DAY),)


@dataclass(frozen=True, slots=True)
class Proof:
    """What somebody shows besides the code: a receipt's token, or signs of a number as typed, packed."""

    text: str
    is_token: bool


def read_token(text: str) -> Proof | None:
    """The token of a receipt's QR code, or None for anything that is none."""
    return Proof(text, is_token=True) if _TOKEN.match(text) else None


def read_typed(text: str) -> Proof | None:
    """Six signs (the end of an identity number) or a whole identity or phone number; None for other lengths.

    Blanks, dots, case and +84 do not matter.
    """
    packed = _packed(text)
    if len(packed) != ENDING and len(packed) < _SHORTEST:
        return None
    return Proof(_as_phone(packed) or packed, is_token=False)


@dataclass(frozen=True, slots=True)
class Keys:
    """What opens one dossier: its receipt's token as kept, and the numbers of applicant and owner."""

    token_hash: str | None
    id_numbers: tuple[str | None, str | None]
    phones: tuple[str | None, str | None]


NOTHING = Keys(None, (None, None), (None, None))
"""The keys of a dossier that is not there: nothing opens it, and finding that out is the same work."""


def opens(keys: Keys, proof: Proof, secret: str) -> bool:
    """Whether the proof fits one of the keys; five HMACs and four comparisons, whatever it is asked."""
    shown = _mac(secret, token_hash(proof.text) if proof.is_token else proof.text)
    fits = False
    for kept in _kept(keys, proof):
        fits |= hmac.compare_digest(_mac(secret, kept), shown)
    return fits


@dataclass(frozen=True, slots=True)
class Asker:
    """Where a try comes from: an address (IPv6: its /64, which one household holds) within a network."""

    address: str
    network: str


EVERYBODY = Throttle(ALTOGETHER_SCOPE, "", ALTOGETHER)


def throttles(dossier: str, asker: Asker, proof: Proof, *, pressed: bool) -> tuple[Throttle, ...]:
    """What a try is counted under, in the order in which it is counted.

    dossier: the same however its code is spelled. pressed: EVERYBODY's limit is reached; then only who has
    not failed within a day is looked at, and once. Neither depends on whether the dossier is there.

    A token cannot be guessed: it counts for the network alone, so that nobody's guesses at a code shut out
    the one who holds its receipt.
    """
    by_network = Throttle("lookup-network", asker.network, BY_NETWORK)
    if proof.is_token:
        return (by_network,)
    return (
        Throttle("lookup-dossier", dossier, BY_DOSSIER),
        Throttle("lookup-address", asker.address, UNTRIED if pressed else BY_ADDRESS),
        by_network,
        replace(EVERYBODY, limits=IN_RESERVE) if pressed else EVERYBODY,
    )


def blinded(secret: str, address: str) -> str:
    """What is kept of an address: nobody without the secret can try them all."""
    return _mac(secret, f"address:{address}").hex()


def _mac(secret: str, text: str) -> bytes:
    return hmac.new(secret.encode(), f"lookup:{text}".encode(), hashlib.sha256).digest()


def _kept(keys: Keys, proof: Proof) -> tuple[str, str, str, str]:
    """Four texts to compare with; what there is none of is empty, which no proof is."""
    if proof.is_token:
        return keys.token_hash or "", "", "", ""
    first, second = (_packed(number or "") for number in keys.id_numbers)
    if len(proof.text) == ENDING:
        return _ending(first), _ending(second), "", ""
    applicant, owner = (clean_phone(phone or "") or "" for phone in keys.phones)
    return _telling(first), _telling(second), _telling(applicant), _telling(owner)


def _packed(text: str) -> str:
    return _NO_SIGN.sub("", unicodedata.normalize("NFKC", text).upper())


def _as_phone(packed: str) -> str | None:
    return clean_phone(packed) if packed.isdigit() and packed.startswith("84") else None


def _ending(number: str) -> str:
    return _telling(number[-ENDING:]) if len(number) >= _SHORTEST else ""


def _telling(number: str) -> str:
    """A number, unless it is a filler such as 000000 that somebody typed for want of one."""
    return number if len(set(number)) > 1 else ""
