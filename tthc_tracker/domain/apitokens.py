"""What a key of another system opens: scopes, and the form its text has."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

PREFIX = "tthc_"  # a key that was pasted somewhere by mistake is found by it
_LONGEST = 100


class ApiScope(StrEnum):
    """One thing that a key may do: with its own source's dossiers, the catalogue, an agency's figures."""

    SUBMIT = "submit"
    UPDATE = "update"
    READ = "read"
    DEADLINE = "deadline"
    FIELD_REPORTS = "field_reports"
    CATALOGUE = "catalogue"
    STATISTICS = "statistics"  # of the agency that the key is bound to, and of those below it


def is_token(text: str) -> bool:
    """Whether a text could be a key at all: nothing else is looked up."""
    return text.startswith(PREFIX) and text.isascii() and text.isprintable() and len(text) <= _LONGEST


def scopes_as_text(scopes: Iterable[ApiScope]) -> str:
    """The scopes as they are stored, in the order of the enum, each once."""
    wanted = set(scopes)
    return ";".join(scope.value for scope in ApiScope if scope in wanted)


def scopes_of(text: str) -> frozenset[ApiScope]:
    """The scopes of a stored text."""
    return frozenset(ApiScope(part) for part in text.split(";") if part)
