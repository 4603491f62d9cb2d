"""An official letter as a DOCX file: the parts of the layout, written as WordprocessingML by hand.

A few paragraphs and two tables need no library; written so, the same words give the same bytes, whose digest
can be noted. Sizes: type in half points, lengths in twentieths of a point (567 to a centimetre).
"""

import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
WIDTH = 9072  # between the margins of 30 mm and 20 mm on A4: 160 mm
_ROW_WIDTHS = (600, 2900, 5470, 1300, 1300, 900, 2100)  # of the list, across A4: 257 mm
_CENTRED = {0, 3, 4, 5}
# A4 with its margins; the number of the page above, on the first page none.
_NUMBERED = '<w:sectPr><w:headerReference w:type="default" r:id="rId2"/>'
_EDGES = 'w:header="567" w:footer="567" w:gutter="0"/>'
_UPRIGHT = (
    f'{_NUMBERED}<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="1134" w:bottom="1134" '
    f'w:left="1701" {_EDGES}<w:titlePg/></w:sectPr>'
)
_ACROSS = (
    f'{_NUMBERED}<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/><w:pgMar w:top="1134" w:right="1134" '
    f'w:bottom="1134" w:left="1134" {_EDGES}</w:sectPr>'
)
_OLDEST = (1980, 1, 1, 0, 0, 0)  # the one moment that every part of the file bears


def document(data: Mapping[str, Any], issued_at: dt.datetime) -> bytes:
    """The letter that `data` (printouts.urging_letter.paper) says."""
    parts = {
        "[Content_Types].xml": _types(),
        "_rels/.rels": _relations(
            ("rId1", f"{_REL}/officeDocument", "word/document.xml"),
            ("rId2", f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        ),
        "docProps/core.xml": _core(data, issued_at),
        "word/_rels/document.xml.rels": _relations(
            ("rId1", f"{_REL}/styles", "styles.xml"), ("rId2", f"{_REL}/header", "header1.xml")
        ),
        "word/styles.xml": _styles(),
        "word/header1.xml": _page_number(),
        "word/document.xml": f"{_HEAD}<w:document {_W} {_R}><w:body>{_body(data)}</w:body></w:document>",
    }
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(zipfile.ZipInfo(name, _OLDEST), content, zipfile.ZIP_DEFLATED)
    return book.getvalue()


# --- the letter


def _body(data: Mapping[str, Any]) -> str:
    left = [_paragraph(_run(data["superior"].upper(), 24), align="center")] if data["superior"] else []
    left += [_ruled(_run(data["agency"].upper(), 24, bold=True), 1500)]
    right = [
        _paragraph(_run("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 24, bold=True), align="center"),
        _ruled(_run("Độc lập - Tự do - Hạnh phúc", 26, bold=True), 1080),
    ]
    number = [
        _paragraph(_run(f"Số: {data['number']}", 26), align="center", before=120),
        _paragraph(_run(data["subject"], 24), align="center"),
    ]
    dated = [_paragraph(_run(data["dated"], 26, italic=True), align="center", before=120)]
    copies = [_paragraph(_run("Nơi nhận:", 24, bold=True, italic=True))]
    copies += [_paragraph(_run(f"- {one}", 22)) for one in data["copies"]]
    signed = [_paragraph(_run(one, 26, bold=True), align="center") for one in data["signed_as"]]
    signed += [_paragraph("", align="center")] * 4
    signed += [_paragraph(_run(data["signer"], 26, bold=True), align="center")]
    return "".join(
        [
            _grid((3600, WIDTH - 3600), [(left, right), (number, dated)]),
            _paragraph(_run(f"Kính gửi: {data['to']}", 26), align="center", before=360, after=240),
            *(_paragraph(_run(one, 26), align="both", indent=567, after=120) for one in data["body"]),
            _paragraph("", after=120),
            _grid((4200, WIDTH - 4200), [(copies, signed)]),
            f"<w:p><w:pPr>{_UPRIGHT}</w:pPr></w:p>",  # the letter ends, its list is across
            _paragraph(_run(data["annex"], 26, bold=True), align="center", after=200),
            _list(data["heads"], data["rows"]),
            _ACROSS,
        ]
    )


def _list(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The dossiers, with the heads again on every page."""
    edge = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    head = "".join(
        _cell(width, [_paragraph(_run(words, 21, bold=True), align="center")])
        for width, words in zip(_ROW_WIDTHS, heads, strict=True)
    )
    lines = [f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{head}</w:tr>"]
    for row in rows:
        cells = "".join(
            _cell(width, [_paragraph(_run(words, 21), align="center" if at in _CENTRED else "left")])
            for at, (width, words) in enumerate(zip(_ROW_WIDTHS, row, strict=True))
        )
        lines.append(f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>")
    return _table(_ROW_WIDTHS, f"<w:tblBorders>{edge}</w:tblBorders>", lines)


# --- parts of a document


def _run(text: str, size: int, *, bold: bool = False, italic: bool = False) -> str:
    look = ("<w:b/>" if bold else "") + ("<w:i/>" if italic else "")
    look += f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _paragraph(
    runs: str, *, align: str = "left", before: int = 0, after: int = 0, indent: int = 0, border: str = ""
) -> str:
    spacing = f'<w:spacing w:before="{before}" w:after="{after}"/>'
    first = f'<w:ind w:firstLine="{indent}"/>' if indent else ""
    return f'<w:p><w:pPr>{border}{spacing}{first}<w:jc w:val="{align}"/></w:pPr>{runs}</w:p>'


def _ruled(runs: str, inset: int) -> str:
    """A centred line with a short rule beneath, `inset` from both edges of its cell."""
    rule = '<w:pBdr><w:bottom w:val="single" w:sz="4" w:space="1" w:color="auto"/></w:pBdr>'
    ends = f'<w:ind w:left="{inset}" w:right="{inset}"/>'
    tight = '<w:spacing w:before="0" w:after="0" w:line="60" w:lineRule="exact"/>'
    beneath = f'<w:p><w:pPr>{rule}{tight}{ends}<w:jc w:val="center"/></w:pPr></w:p>'
    return _paragraph(runs, align="center") + beneath


def _cell(width: int, paragraphs: Sequence[str]) -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{"".join(paragraphs)}</w:tc>'


def _grid(widths: Sequence[int], rows: Iterable[Sequence[Sequence[str]]]) -> str:
    """Paragraphs side by side, without lines."""
    lines = [
        f"<w:tr>{''.join(_cell(width, cell) for width, cell in zip(widths, row, strict=True))}</w:tr>"
        for row in rows
    ]
    return _table(widths, "", lines)


def _table(widths: Sequence[int], borders: str, lines: Iterable[str]) -> str:
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    look = (
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/>{borders}<w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar>'
    )
    return f"<w:tbl><w:tblPr>{look}</w:tblPr><w:tblGrid>{columns}</w:tblGrid>{''.join(lines)}</w:tbl>"


# --- parts of the file


def _types() -> str:
    overrides = {
        "/word/document.xml": f"{_OFFICE}.document.main+xml",
        "/word/styles.xml": f"{_OFFICE}.styles+xml",
        "/word/header1.xml": f"{_OFFICE}.header+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    }
    each = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in overrides.items())
    usual = (
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
    )
    return f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">{usual}{each}</Types>'


def _relations(*each: tuple[str, str, str]) -> str:
    links = "".join(f'<Relationship Id="{key}" Type="{kind}" Target="{to}"/>' for key, kind, to in each)
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'


def _styles() -> str:
    font = "Times New Roman"
    fonts = f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}" w:cs="{font}" w:eastAsia="{font}"/>'
    usual = f'<w:rPr>{fonts}<w:sz w:val="26"/><w:szCs w:val="26"/><w:lang w:val="vi-VN"/></w:rPr>'
    return (
        f"{_HEAD}<w:styles {_W}><w:docDefaults><w:rPrDefault>{usual}</w:rPrDefault></w:docDefaults>"
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
        "</w:styles>"
    )


def _page_number() -> str:
    field = '<w:fldSimple w:instr=" PAGE "><w:r><w:t>2</w:t></w:r></w:fldSimple>'
    return f"{_HEAD}<w:hdr {_W}>{_paragraph(field, align='center')}</w:hdr>"


def _core(data: Mapping[str, Any], issued_at: dt.datetime) -> str:
    spaces = (
        f'xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    )
    at = issued_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    title, by = escape(data["title"]), escape(data["agency"])
    return (
        f"{_HEAD}<cp:coreProperties {spaces}><dc:title>{title}</dc:title><dc:creator>{by}</dc:creator>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{at}</dcterms:created></cp:coreProperties>'
    )
