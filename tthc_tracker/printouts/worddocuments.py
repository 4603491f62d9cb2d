"""Documents that Word opens, made in the process beside: what makes them is taken in there alone.

Its library costs seven megabytes and a fifth of a second, which no process that answers people has to spend.
"""

import datetime as dt
import importlib
from collections.abc import Mapping
from typing import Any

from tthc_tracker.rendering import elsewhere

LETTER = "tthc_tracker.printouts.officialletter"
REPORT = "tthc_tracker.printouts.sessiondocument"


def made(maker: str, data: Mapping[str, Any], at: dt.datetime) -> bytes:
    """The document that one of these modules makes of its data; the same data give the same bytes.

    Raises:
        NotRenderedError: not now; try again later.
    """
    return elsewhere(composed, maker, dict(data), at)


def composed(maker: str, data: Mapping[str, Any], at: dt.datetime) -> bytes:
    """The same, here."""
    document: bytes = importlib.import_module(maker).document(data, at)
    return document
