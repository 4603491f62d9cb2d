"""What the parts of a page ask alike is asked once in a unit that only reads."""

from collections.abc import Callable, Hashable
from typing import TypeVar

from sqlalchemy.orm import Session

Found = TypeVar("Found")

_KEPT = "found in this unit"


def once(session: Session, key: Hashable, read: Callable[[], Found]) -> Found:
    """What `read` finds, or found before under this key.

    A unit that writes reads anew: it may have changed it.
    """
    if not session.get_bind().get_execution_options().get("readonly"):
        return read()
    session.connection()
    unit, kept = session.info.get(_KEPT, (None, {}))
    if unit is not session.get_transaction():
        kept = {}
        session.info[_KEPT] = (session.get_transaction(), kept)
    if key not in kept:
        kept[key] = read()
    found: Found = kept[key]
    return found
