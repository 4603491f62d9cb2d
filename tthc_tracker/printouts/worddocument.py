"""Documents that Word opens, in the layout of official letters: heads, tables, signature, page numbers.

Made with python-docx; the same words give the same bytes, whose digest can be noted: no part of the file
bears the moment at which it was packed.
"""

import datetime as dt
import io
import zipfile
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from docx import Document
from docx.document import Document as Made
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt, RGBColor
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

FONT = "Times New Roman"
SIZE = 13
_BLACK = RGBColor(0, 0, 0)
_OLDEST = (1980, 1, 1, 0, 0, 0)  # the one moment that every part of the file bears
_ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT, "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT, "both": WD_ALIGN_PARAGRAPH.JUSTIFY,
}  # fmt: skip
_UPRIGHT, _ACROSS = (Mm(210), Mm(297)), (Mm(297), Mm(210))
WIDTH_MM = 160
ACROSS_MM = 257


@dataclass(frozen=True)
class Look:
    """How a paragraph is set. indent: of its first line, in millimetres; sizes in points."""

    size: float = SIZE
    bold: bool = False
    italic: bool = False
    align: str = "left"
    before: float = 0
    after: float = 0
    indent: float = 0
    keeps: bool = False  # with what follows


@dataclass(frozen=True)
class Kept:
    """What of a table stays together. joined: so many columns span the lines below by `spans` (0: spanned);
    total: the last line is a sum; whole: the table is not torn apart."""

    joined: int = 0
    spans: Sequence[int] = ()
    total: bool = False
    whole: bool = False

    def with_next(self, place: int, lines: int) -> bool:
        """Whether a line stays with the one below it."""
        below = place + 1
        return below < lines and (self.whole or bool(self.joined and self.spans[below] == 0))


_NOTHING = Kept()


def opened(title: str, author: str, made_at: dt.datetime) -> Made:
    """An empty document on A4 with the margins of official letters, its pages numbered from the second on."""
    made = Document()
    _drop_thumbnail(made)
    facts = made.core_properties
    facts.title, facts.author, facts.last_modified_by, facts.comments = title, author, author, ""
    facts.created = facts.modified = made_at.astimezone(dt.UTC).replace(tzinfo=None, microsecond=0)
    facts.language = "vi-VN"
    usual = made.styles["Normal"]
    usual.font.name, usual.font.size = FONT, Pt(SIZE)
    fonts = usual.element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(kind), FONT)
    section = made.sections[0]
    _paper(section, across=False)
    section.different_first_page_header_footer = True
    _page_number(section.header.paragraphs[0])
    return made


def turned(made: Made, *, across: bool) -> None:
    """Go on with a new page, across or upright."""
    section = made.add_section(WD_SECTION.NEW_PAGE)
    _paper(section, across=across)
    section.different_first_page_header_footer = False


def head(made: Made, superior: str, agency: str, number: Sequence[str], dated: str) -> None:
    """Both heads side by side with their rules; beneath number and date. number: its lines."""
    grid = _bare_table(made, (66, WIDTH_MM - 66))
    left, right = grid.rows[0].cells
    if superior:
        _into(left, superior.upper(), Look(12, align="center"), first=True)
    _into(left, agency.upper(), Look(12, bold=True, align="center"), first=not superior)
    _rule(left, 22)
    _into(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", Look(12, bold=True, align="center"), first=True)
    _into(right, "Độc lập - Tự do - Hạnh phúc", Look(13, bold=True, align="center"))
    _rule(right, 18)
    below = _row(grid).cells
    for place, line in enumerate(number):
        _into(
            below[0],
            line,
            Look(13 if not place else 12, align="center", before=6 if not place else 0),
            first=not place,
        )
    _into(below[1], dated, Look(13, italic=True, align="center", before=6), first=True)


def paragraph(made: Made, text: str, look: Look) -> Paragraph:
    """A paragraph at the end of the document."""
    return _set(made.add_paragraph(), text, look)


def heading(made: Made, text: str, level: int) -> None:
    """A heading that Word's outline knows, in the type of the letter."""
    made_of = made.add_heading(level=level)
    _set(made_of, text, Look(SIZE, bold=True, before=10 if level == 1 else 6, after=4, keeps=True))


def table(
    made: Made,
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    widths_mm: Sequence[float],
    centred: Collection[int],
    size: float = 11,
    kept: Kept = _NOTHING,
) -> None:
    """A table with lines, its heads again on every page; what is centred is given by column."""
    grid = made.add_table(rows=1, cols=len(heads))
    grid.style, grid.alignment, grid.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    for at, words in enumerate(heads):
        _into(grid.rows[0].cells[at], words, Look(size, bold=True, align="center", keeps=True), first=True)
    _mark(grid.rows[0], "w:cantSplit", "w:tblHeader")
    lines = list(rows)
    for place, row in enumerate(lines):
        line = _row(grid)
        _mark(line, "w:cantSplit")
        look = Look(
            size, bold=kept.total and place == len(lines) - 1, keeps=kept.with_next(place, len(lines))
        )
        for at, (cell, words) in enumerate(zip(line.cells, row, strict=True)):
            _into(cell, words, replace(look, align="center" if at in centred else "left"), first=True)
    _widths(grid, widths_mm)
    _join(grid, kept)


def _join(grid: Table, kept: Kept) -> None:
    """Cells that stand for several lines become one; the heads are the first line."""
    for first, many in enumerate(kept.spans, 1):
        for column in range(kept.joined if many > 1 else 0):
            grid.cell(first, column).merge(grid.cell(first + many - 1, column))


def picture(made: Made, png: bytes, alt: str, width_mm: float) -> None:
    """A picture in a paragraph of its own, told in words to those who do not see it."""
    where = _set(made.add_paragraph(), "", Look(align="center", before=4, after=4, keeps=True))
    shape = where.add_run().add_picture(io.BytesIO(png), width=Mm(width_mm))
    shape._inline.docPr.set("descr", alt)  # noqa: SLF001 (the library has no other way)


def signature(made: Made, copies: Sequence[str], signed_as: Sequence[str], signer: str) -> None:
    """To whom copies go, and who signs."""
    grid = _bare_table(made, (74, WIDTH_MM - 74))
    left, right = grid.rows[0].cells
    _into(left, "Nơi nhận:", Look(12, bold=True, italic=True), first=True)
    for one in copies:
        _into(left, f"- {one}", Look(11))
    for place, one in enumerate(signed_as):
        _into(right, one, Look(13, bold=True, align="center"), first=not place)
    for _ in range(4):
        _into(right, "", Look(13, align="center"))
    _into(right, signer, Look(13, bold=True, align="center"))


def saved(made: Made) -> bytes:
    """The document as a file, packed so that the same words give the same bytes."""
    loose, book = io.BytesIO(), io.BytesIO()
    made.save(loose)
    with zipfile.ZipFile(loose) as parts, zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as file:
        for name in parts.namelist():
            file.writestr(zipfile.ZipInfo(name, _OLDEST), parts.read(name), zipfile.ZIP_DEFLATED)
    return book.getvalue()


# --- parts


def _drop_thumbnail(made: Made) -> None:
    """What the library begins with has the picture of another document for a preview."""
    relations = made.part.package.rels
    for key in [key for key, one in relations.items() if one.reltype == RELATIONSHIP_TYPE.THUMBNAIL]:
        del relations[key]


def _paper(section: Any, *, across: bool) -> None:
    section.orientation = WD_ORIENT.LANDSCAPE if across else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = _ACROSS if across else _UPRIGHT
    section.top_margin = section.bottom_margin = section.right_margin = Mm(20)
    section.left_margin = Mm(20 if across else 30)
    section.header_distance = section.footer_distance = Mm(10)


def _set(where: Paragraph, text: str, look: Look) -> Paragraph:
    form = where.paragraph_format
    where.alignment = _ALIGN[look.align]
    form.space_before, form.space_after, form.keep_with_next = Pt(look.before), Pt(look.after), look.keeps
    form.first_line_indent = Mm(look.indent) if look.indent else None
    if text:
        run = where.add_run(text)
        run.bold, run.italic, run.font.size = look.bold, look.italic, Pt(look.size)
        run.font.name = FONT
        run.font.color.rgb = _BLACK  # headings have a colour of their own
    return where


def _into(cell: _Cell, text: str, look: Look, *, first: bool = False) -> None:
    """A paragraph of a cell; a cell comes with one that is empty."""
    _set(cell.paragraphs[0] if first else cell.add_paragraph(), text, look)


def _bare_table(made: Made, widths_mm: Sequence[float]) -> Table:
    grid: Table = made.add_table(rows=1, cols=len(widths_mm))
    grid.autofit = False
    _widths(grid, widths_mm)
    return grid


def _widths(grid: Table, widths_mm: Sequence[float]) -> None:
    """A width stands at the column and at each cell: programs differ in which one they read.

    A millimetre is left free at both sides: what Word takes by itself is a tenth of a narrow column.
    """
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), "57")
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    last = grid._tbl.tblPr.find(qn("w:tblLook"))  # noqa: SLF001 (the library has no other way)
    last.addprevious(margins)  # the order of these parts is given
    for column, width in zip(grid.columns, widths_mm, strict=True):
        column.width = Emu(int(Mm(width)))
        for cell in column.cells:
            cell.width = Emu(int(Mm(width)))


def _rule(cell: _Cell, inset_mm: float) -> None:
    """A short rule beneath the last line of a cell."""
    where = _set(cell.add_paragraph(), "", Look(2))
    where.paragraph_format.left_indent = where.paragraph_format.right_indent = Mm(inset_mm)
    where.paragraph_format.line_spacing = Pt(3)
    edge = OxmlElement("w:pBdr")
    line = OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "4"), ("space", "1"), ("color", "auto")):
        line.set(qn(f"w:{name}"), value)
    edge.append(line)
    form = where._p.get_or_add_pPr()  # noqa: SLF001 (the library has no other way)
    form.insert_element_before(edge, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")


def _row(grid: Table) -> _Row:
    made: _Row = grid.add_row()  # type: ignore[no-untyped-call]  # the library has no types here
    return made


def _mark(row: _Row, *names: str) -> None:
    for name in names:
        row._tr.get_or_add_trPr().append(OxmlElement(name))  # noqa: SLF001 (the library has no other way)


def _page_number(where: Paragraph) -> None:
    _set(where, "", Look(align="center"))
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), " PAGE ")
    where._p.append(field)  # noqa: SLF001 (the library has no other way)
