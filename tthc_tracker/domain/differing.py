"""Where two systems say different things of one dossier, field by field.

Domain rule 1: a source owns what it sent, so that of two that name the same code the one is followed whose
the dossier is; what the other says stands beside it and changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from tthc_tracker.domain.lifecycle import State
from tthc_tracker.domain.matching import disagree


class Field(StrEnum):
    """What two systems may say of one dossier. CODE: that both name it by the very same code."""

    CODE = "code"
    STATE = "state"
    PROCEDURE = "procedure"
    OWNER = "owner"
    CHANNEL = "channel"
    RECEIVING = "receiving"
    RESOLVING = "resolving"
    SUBMITTED = "submitted_at"
    ACCEPTED = "accepted_at"
    DUE = "due_at"
    CLOSED = "closed_at"
    RETURNED = "returned_at"


Said = Mapping[Field, str | datetime | None]
"""What one system says; nothing of a field that it leaves empty."""


def differing(own: Said, other: Said) -> dict[Field, str]:
    """The fields of which the other says something else, as text; nothing of what it leaves empty.

    Statuses differ when they count as different things. Source: docs/law.md, home and mirror.
    """
    return {field: as_text(said) for field, said in other.items() if said and _differs(own, field, said)}


def _differs(own: Said, field: Field, said: str | datetime) -> bool:
    ours = own.get(field)
    if field is Field.STATE:
        return disagree(State(str(ours)), State(str(said)))
    return ours != said


def as_text(said: str | datetime) -> str:
    """What is kept of it."""
    return said.isoformat() if isinstance(said, datetime) else str(said)
