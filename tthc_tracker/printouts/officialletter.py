"""An official letter as a document (DOCX): its head, its words, its signature, and the list across."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from tthc_tracker.printouts import worddocument as word
from tthc_tracker.printouts.worddocument import Look

_LIST_MM = (11, 51, 96, 23, 23, 16, 37)  # of the list, across A4: 257 mm
_CENTRED = {0, 3, 4, 5}


def document(data: Mapping[str, Any], issued_at: dt.datetime) -> bytes:
    """The letter that `data` (printouts.urging_letter.paper) says; the same words give the same bytes."""
    made = word.opened(data["title"], data["agency"], issued_at)
    number = (f"Số: {data['number']}", data["subject"])
    word.head(made, data["superior"], data["agency"], number, data["dated"])
    word.paragraph(made, f"Kính gửi: {data['to']}", Look(align="center", before=18, after=12))
    for one in data["body"]:
        word.paragraph(made, one, Look(align="both", indent=10, after=6))
    word.paragraph(made, "", Look(after=6))
    word.signature(made, data["copies"], data["signed_as"], data["signer"])
    word.turned(made, across=True)
    word.paragraph(made, data["annex"], Look(bold=True, align="center", after=10))
    word.table(made, data["heads"], data["rows"], _LIST_MM, _CENTRED, size=10.5)
    return word.saved(made)
