"""A paper before it is set: its form, its words, its date. What is kept of it leaves the codes out."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import metadata
from typing import Any

from tthc_tracker.printouts.barcodes import code128_svg, qr_svg
from tthc_tracker.printouts.typesetting import HERE, typeset

# The QR of a receipt holds what opens the look-up: it is kept nowhere (decision 0009).
CODES = frozenset({"barcode", "barcode_mm", "qr", "qr_alt"})
_NARROWEST_MM = 80.0  # below it a scanner of 203 dpi does not read 25 characters
_WIDEST_MM = 126.0
_MODULE_MM = 0.29


@dataclass(frozen=True)
class Printout:
    """What a form is set with. Every value stands in `data` in the words that are printed."""

    form: str
    data: Mapping[str, Any]
    created_at: dt.datetime

    @property
    def size(self) -> str:
        """The paper it is set on."""
        return str(self.data.get("size", "a4"))

    @property
    def content(self) -> bytes:
        """Its words, the same for the same paper: no codes, not which copy it is, on which size."""
        words = {name: value for name, value in self.data.items() if name not in CODES | {"copy", "size"}}
        return json.dumps(words, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    def numbered(self, copy: int) -> "Printout":
        """The paper as this copy of itself."""
        return replace(self, data={**self.data, "copy": copy_words(copy)})

    def typeset(self) -> bytes:
        """The paper as a tagged PDF; the same paper gives the same bytes.

        Raises:
            NotRenderedError: not now; try again later.
        """
        return typeset(self.form, self.data, created_at=self.created_at)


def several(form: str, title: str, papers: Sequence[Printout]) -> Printout:
    """Many papers of a kind in one file, in their order."""
    data = {"title": title, "sheets": [paper.data for paper in papers]}
    return Printout(form, data, max(paper.created_at for paper in papers))


def again(form: str, content: bytes, size: str, note: str, created_at: dt.datetime) -> Printout:
    """A paper from what was kept of it; its codes hold the code of the dossier alone. note: what it is."""
    data = json.loads(content)
    codes = codes_of(data["code"], data["code"]) if "code" in data else {}
    return Printout(form, data | codes | {"size": size, "copy": note}, created_at)


def copy_words(copy: int) -> str:
    """What a copy after the first says of itself."""
    return f"Bản in lại lần {copy - 1}" if copy > 1 else ""


def codes_of(code: str, qr: str) -> dict[str, Any]:
    """The barcode and the QR code of a slip as pictures, wide enough for scanners of 203 dpi."""
    barcode, modules = code128_svg(code)
    return {
        "barcode": barcode,
        "barcode_mm": min(max(_NARROWEST_MM, modules * _MODULE_MM), _WIDEST_MM),
        "qr": qr_svg(qr or code),
        "qr_alt": f"Mã QR tra cứu hồ sơ {code}",
    }


@cache
def form_version() -> str:
    """What the forms and the program that sets them are: another value, and a paper may look different."""
    digest = hashlib.sha256(metadata.version("typst").encode())
    for path in sorted((HERE / "forms").glob("*.typ")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
