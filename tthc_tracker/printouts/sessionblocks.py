"""What a report is made of: text, tables, pictures, as plain data that paper and Word both set."""

import base64
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SVG, PNG = "svg", "png"

Block = dict[str, Any]


def paragraph(words: str) -> Block:
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
