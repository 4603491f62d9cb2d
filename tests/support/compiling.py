"""What SQLAlchemy has made of a statement is kept from one test's engine to the next.

An engine keeps it for itself, by its own dialect. The product has one engine a process; a test run has
thousands, and putting the same statements together for each was a fifth of its time.
"""

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.util import LRUCache

from tthc_tracker import engine, extensions

_STATEMENTS = 4000

_first: dict[str, Engine] = {}


def _make_engine(url: str, **options: Any) -> Engine:
    made = engine.make_engine(url, **options)
    first = _first.setdefault(made.dialect.name, made)
    if first is made:
        made._compiled_cache = LRUCache(_STATEMENTS)
    else:
        made.dialect, made._compiled_cache = first.dialect, first._compiled_cache
    return made


def share() -> None:
    """Let every engine of this process that the product binds go on from the one before."""
    extensions.make_engine = _make_engine
