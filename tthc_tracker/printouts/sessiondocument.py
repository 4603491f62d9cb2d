"""The report of a session as a document (DOCX), from the same words as the paper."""

import base64
import datetime as dt
from collections.abc import Mapping
from typing import Any

from docx.document import Document as Made

from tthc_tracker.printouts import worddocument as word
from tthc_tracker.printouts.worddocument import WIDTH_MM, Kept, Look


def document(data: Mapping[str, Any], made_at: dt.datetime) -> bytes:
    """The report that `data` (printouts.sessionreport.paper, its pictures as png) says."""
    made = word.opened(data["title"], data["agency"], made_at)
    word.head(made, data["superior"], data["agency"], (data["number"],), data["dated"])
    word.paragraph(made, data["kind"], Look(14, bold=True, align="center", before=16))
    word.paragraph(made, data["about"], Look(14, bold=True, align="center", after=12))
    for section in data["sections"]:
        word.heading(made, section["heading"], 1)
        for block in section["blocks"]:
            _BLOCKS[block["kind"]](made, block)
    made.paragraphs[-1].paragraph_format.keep_with_next = True  # nobody signs a page that says nothing else
    word.paragraph(made, "", Look(after=6, keeps=True))
    word.signature(made, data["copies"], data["signed_as"], data["signer"])
    return word.saved(made)


def _text(made: Made, block: Mapping[str, Any]) -> None:
    word.paragraph(made, block["text"], Look(align="both", indent=10, after=6))


def _table(made: Made, block: Mapping[str, Any]) -> None:
    word.heading(made, block["caption"], 2)
    kept = Kept(block["joined"], block["spans"], total=block["total"], whole=block["whole"])
    word.table(made, block["heads"], block["rows"], block["widths"], set(block["centred"]), 10, kept)
    word.paragraph(made, "", Look(4, after=2))


def _picture(made: Made, block: Mapping[str, Any]) -> None:
    word.picture(made, base64.b64decode(block["content"]), block["alt"], WIDTH_MM - 4)
    word.paragraph(made, block["caption"], Look(11, italic=True, align="center", after=6))


_BLOCKS = {"text": _text, "table": _table, "picture": _picture}
