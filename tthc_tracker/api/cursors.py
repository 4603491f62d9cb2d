"""Cursors, opaque to whoever reads on: of a source's changes, for itself only; of places in a catalogue."""

import base64
import binascii
import re

_PLACE = re.compile(r"\Ac\.([^\x00-\x1f]{1,60})\Z")
_INSIDE = re.compile(r"\A1\.([0-9]{1,18})\.([0-9]{1,18})\Z")


def cursor(source_id: int, number: int) -> str:
    """The cursor behind the change of this number."""
    return _sealed(f"1.{source_id}.{number}")


def place(code: str) -> str:
    """The cursor behind the entry of this code."""
    return _sealed(f"c.{code}")


def code_at(text: str) -> str | None:
    """The code a cursor stands for; empty for none; None for one that was never given."""
    found = _PLACE.match(_opened(text)) if text else None
    return found[1] if found else None if text else ""


def number_of(text: str, source_id: int) -> int | None:
    """The number a cursor stands for; 0 for none; None for one that this source was never given."""
    if not text:
        return 0
    found = _INSIDE.match(_opened(text))
    if found is None or int(found[1]) != source_id:
        return None
    return int(found[2])


def _sealed(inside: str) -> str:
    return base64.urlsafe_b64encode(inside.encode()).decode().rstrip("=")


def _opened(text: str) -> str:
    """What is inside a cursor; empty when it is none of ours."""
    try:
        return base64.b64decode(
            text.encode() + b"=" * (-len(text) % 4), altchars=b"-_", validate=True
        ).decode()
    except (binascii.Error, UnicodeError):
        return ""
