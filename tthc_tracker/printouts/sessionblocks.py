"""What a report is made of: text, tables, pictures, as plain data that paper and Word both set."""

import base64
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

SVG, PNG = "svg", "png"

Block = dict[str, Any]


def paragraph(words: str) -> Block:
    """A paragraph."""
    return {"kind": "text", "text": words}


SHORT = 8
"""Lines of a table that is not torn apart between two pages."""


def table(
    caption: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    widths: Sequence[float],
    centred: Collection[int],
    *,
    joined: int = 0,
    total: bool = False,
) -> Block:
    """A table with its caption. widths: millimetres of its columns; centred: which of them are numbers.

    joined: so many columns stand once for the lines below that say nothing in the first of them, and these
    stay together. total: the last line is a sum.
    """
    lines = [list(row) for row in rows]
    return {
        "kind": "table", "caption": caption, "heads": list(heads), "rows": lines, "widths": list(widths),
        "centred": sorted(centred), "joined": joined, "spans": _spans(lines) if joined else [1] * len(lines),
        "total": total, "whole": len(lines) <= SHORT,
    }  # fmt: skip


def _spans(rows: Sequence[Sequence[str]]) -> list[int]:
    """Of each line how many belong to it with itself; 0 of one that belongs to a line above."""
    firsts = [place for place, row in enumerate(rows) if row[0]]
    ends = [*firsts[1:], len(rows)]
    found = [0] * len(rows)
    for first, end in zip(firsts, ends, strict=True):
        found[first] = end - first
    return found


def numbered(sections: Iterable[list[Block]]) -> list[list[Block]]:
    """The blocks of a report with its tables numbered from first to last: `Bảng 3. Tỷ lệ theo cấp`."""
    number = count(1)
    return [
        [
            one | {"caption": f"Bảng {next(number)}. {one['caption']}"} if one["kind"] == "table" else one
            for one in blocks
        ]
        for blocks in sections
    ]


@dataclass(frozen=True)
class Drawn:
    """The pictures of a report by name. form: svg is kept as its text, png as base64."""

    pictures: Mapping[str, bytes]
    form: str

    def block(self, name: str, caption: str, alt: str) -> list[Block]:
        """A picture with its caption, told in words; nothing where there was nothing to draw."""
        if name not in self.pictures:
            return []
        drawn = self.pictures[name]
        content = drawn.decode() if self.form == SVG else base64.b64encode(drawn).decode()
        return [{"kind": "picture", "content": content, "caption": caption, "alt": alt}]
