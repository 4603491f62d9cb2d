"""The cursor of changes: opaque to whoever reads on, of use to its own source only."""

import base64
import binascii
import re

_INSIDE = re.compile(r"\A1\.([0-9]{1,18})\.([0-9]{1,18})\Z")


def cursor(source_id: int, number: int) -> str:
    """The cursor behind the change of this number."""
    return base64.urlsafe_b64encode(f"1.{source_id}.{number}".encode()).decode().rstrip("=")


def number_of(text: str, source_id: int) -> int | None:
    """The number a cursor stands for; 0 for none; None for one that this source was never given."""
    if not text:
        return 0
    try:
        inside = base64.b64decode(
            text.encode() + b"=" * (-len(text) % 4), altchars=b"-_", validate=True
        ).decode()
    except (binascii.Error, UnicodeError):
        return None
    found = _INSIDE.match(inside)
    if found is None or int(found[1]) != source_id:
        return None
    return int(found[2])
