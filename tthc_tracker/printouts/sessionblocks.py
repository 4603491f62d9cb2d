"""What a report is made of: text, tables, pictures, as plain data that paper and Word both set."""

import base64
from collections.abc import Collection, Iterable, Sequence
from typing import Any

Block = dict[str, Any]


def text(words: str) -> Block:
    """A paragraph."""
    return {"kind": "text", "text": words}


def table(
    caption: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    widths: Sequence[float],
    centred: Collection[int],
) -> Block:
    """A table with its caption. widths: millimetres of its columns; centred: which of them are numbers."""
    return {
        "kind": "table", "caption": caption, "heads": list(heads), "rows": [list(row) for row in rows],
        "widths": list(widths), "centred": sorted(centred),
    }  # fmt: skip


def picture(drawn: bytes, form: str, caption: str, alt: str) -> Block:
    """A picture with its caption, told in words. form: svg is kept as its text, png as base64."""
    content = drawn.decode() if form == "svg" else base64.b64encode(drawn).decode()
    return {"kind": "picture", "form": form, "content": content, "caption": caption, "alt": alt}
