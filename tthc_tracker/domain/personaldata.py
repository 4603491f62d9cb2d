"""Personal data: on what ground somebody looks at it, and the mark by which the trail knows a person."""

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from tthc_tracker.domain.people import ELLIPSIS, mask_id, mask_phone


class Ground(StrEnum):
    """Why somebody looks at what is known of a person."""

    CONTACT = "contact"
    CHECK = "check"
    WORK = "work"
    REQUEST = "request"
    COMPLAINT = "complaint"
    INSPECTION = "inspection"
    OTHER = "other"


SHOWING = (Ground.CONTACT, Ground.CHECK, Ground.WORK, Ground.REQUEST, Ground.OTHER)
"""On which the masked numbers of one dossier are shown."""

SEARCHING = (Ground.REQUEST, Ground.COMPLAINT, Ground.INSPECTION, Ground.OTHER)
"""On which a person is looked for among all dossiers."""

REASON = "reason"
"""Under which name the private part of an event keeps a reason that tells who the dossier is of."""

SHORTEST = 4
"""Characters of a word that is taken out of a text: shorter ones would take out half of it."""

_A_NUMBER = re.compile(r"[0-9](?:[ .-]?[0-9]){8}")
_A_LONG_NUMBER = re.compile(r"[0-9](?:[ .-]?[0-9]){8,}")
_AN_ADDRESS = re.compile(r"[^\s@<>(),;]+@[^\s@<>(),;]+")
_OWNER = "owner_"
_HIDDEN = frozenset({"email", "address", "post_address", "birth_on"})


def tells_number(text: str) -> bool:
    """True for a text with nine digits in a row, single blanks, dots and hyphens aside: an id or a phone."""
    return _A_NUMBER.search(text) is not None


def without(text: str, known: Iterable[str]) -> str:
    """A text without what is known of somebody (names, numbers, addresses), whatever its case and blanks.

    Digits are found between blanks, dots and hyphens too. What is shorter than four characters stays.
    """
    for one in sorted({" ".join(each.split()) for each in known}, key=len, reverse=True):
        if len(one) >= SHORTEST:
            between = r"[ .-]?" if one.isdigit() else ""
            parts = list(one) if one.isdigit() else [re.escape(word) for word in one.split()]
            text = re.sub((between or r"\s+").join(parts), ELLIPSIS, text, flags=re.IGNORECASE)
    return text


def blotted(text: str, known: Iterable[str] = ()) -> str:
    """A text for everybody: without what is known of somebody, numbers of nine digits and more, addresses of
    mail. A sum of a thousand million goes with them: rather one too many.

    Source: docs/law.md, masks.
    """
    return _AN_ADDRESS.sub(ELLIPSIS, _A_LONG_NUMBER.sub(ELLIPSIS, without(text, known)))


def mark(secret: str, number: str) -> str:
    """What stands for an identity number where it must not: the same for the same number, and without the
    secret nobody can try which number it is. 32 hexadecimal digits."""
    key = hmac.digest(secret.encode(), b"tthc person", "sha256")
    return hmac.new(key, number.encode(), hashlib.sha256).hexdigest()[:32]


def masked(private: Mapping[str, Any]) -> dict[str, Any]:
    """The private part of an event as pages show it unasked: names and remarks, numbers masked, and the
    reason as it stands in the event.

    Values are as they were kept: a text, or a pair of the old and the new one.
    """
    return {
        name: _masked(name.removeprefix(_OWNER), value) for name, value in private.items() if name != REASON
    }


def _masked(name: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_masked(name, each) for each in value]
    if not isinstance(value, str) or not value:
        return value
    if name == "id_number":
        return mask_id(value)
    if name == "phone":
        return mask_phone(value)
    return ELLIPSIS if name in _HIDDEN else value
