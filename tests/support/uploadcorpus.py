"""Files as they are really sent, and as somebody sends them who means harm: each with what must become of it.

Everything is made here, in a moment, from code; no file of it lies in the repository.
"""

import datetime as dt
import io
import json
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from tests.support.desk import SAMPLES
from tests.support.oldencodings import cp1258, tcvn3, vni
from tests.support.sending import HEAD, csv_of, dossier

NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
NAME = "Trần Thị Ánh Nguyệt"


@dataclass(frozen=True)
class Upload:
    """One file. `said`: a part of the refusal of the file; else how many rows are taken and which reasons stand
    beside which rows. `owner`: the name that must be read, to the letter, from the first row taken. `agreed`:
    the encoding that somebody has to agree to before."""

    name: str
    content: bytes
    said: str = ""
    taken: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    owner: str = ""
    agreed: str = ""


Maker = Callable[[], Upload]
_MAKERS: list[Maker] = []


def corpus() -> Iterator[Upload]:
    """Every file, made when it is asked for."""
    for make in _MAKERS:
        yield make()


def names() -> list[str]:
    """The names of all files, in their order."""
    return [make.__name__ for make in _MAKERS]


def upload_of(name: str) -> Upload:
    """One file by its name."""
    return next(make for make in _MAKERS if make.__name__ == name)()


def _add(name: str, content: Callable[[], bytes], **expected: object) -> None:
    def make() -> Upload:
        return Upload(name, content(), **expected)

    make.__name__ = name
    assert name not in names()
    _MAKERS.append(make)


def _refused(name: str, said: str, content: Callable[[], bytes]) -> None:
    _add(name, content, said=said)


# --- workbooks, part by part


def column(number: int) -> str:
    """A, B, … of a column counted from 0."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def text_cell(ref: str, value: str) -> str:
    escaped = value.replace("&", "&amp;").replace("<", "&lt;")
    return f'<c r="{ref}" t="inlineStr"><is><t xml:space="preserve">{escaped}</t></is></c>'


def number_cell(ref: str, value: str, style: int = 0) -> str:
    return f'<c r="{ref}" s="{style}"><v>{value}</v></c>'


def sheet_row(number: int, cells: list[str]) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


def row_of(number: int, row: dict[str, str], special: dict[str, Callable[[str], str]] | None = None) -> str:
    """A row of the vocabulary; `special` makes the cell of a column from its place."""
    cells = []
    for at, name in enumerate(HEAD):
        ref = f"{column(at)}{number}"
        if special and name in special:
            cells.append(special[name](ref))
        elif row.get(name):
            cells.append(text_cell(ref, row[name]))
    return sheet_row(number, cells)


HEAD_ROW = sheet_row(1, [text_cell(f"{column(at)}1", name) for at, name in enumerate(HEAD)])


def sheet(
    rows: str, *, dimension: str = "A1:Q3", prolog: str = XML, before: str = "", after: str = ""
) -> str:
    """A worksheet."""
    return (
        f'{prolog}<worksheet {NS}><dimension ref="{dimension}"/>{before}'
        f"<sheetData>{rows}</sheetData>{after}</worksheet>"
    )


def parts_of(*sheets: str, states: tuple[str, ...] = (), date1904: bool = False) -> dict[str, bytes]:
    """The parts of a workbook with these sheets."""
    numbered = list(enumerate(sheets, start=1))
    states = states or ("visible",) * len(sheets)
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.spreadsheetml.worksheet+xml"/>'
        for n, _ in numbered
    )
    parts = {
        "[Content_Types].xml": f'{XML}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.'
        f'openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>{overrides}</Types>',
        "_rels/.rels": f'{XML}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{XML}<workbook {NS} xmlns:r="{REL}">'
        + ('<workbookPr date1904="1"/>' if date1904 else "")
        + "<sheets>"
        + "".join(
            f'<sheet name="Trang {n}" sheetId="{n}" state="{states[n - 1]}" r:id="rId{n}"/>'
            for n, _ in numbered
        )
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'{XML}<Relationships xmlns="{PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="rId{n}" Type="{REL}/worksheet" Target="worksheets/sheet{n}.xml"/>'
            for n, _ in numbered
        )
        + f'<Relationship Id="rIdS" Type="{REL}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f"{XML}<styleSheet {NS}><fonts><font/></fonts><fills><fill/></fills><borders><border/>"
        '</borders><cellStyleXfs><xf/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="22" '
        'applyNumberFormat="1"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',
    }
    for n, content in numbered:
        parts[f"xl/worksheets/sheet{n}.xml"] = content
    return {name: content.encode() for name, content in parts.items()}


def zipped(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The parts as a ZIP."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return buffer.getvalue()


def workbook(*rows: str, **more: object) -> bytes:
    """A workbook of the head and these rows."""
    return zipped(parts_of(sheet(HEAD_ROW + "".join(rows), **more)))


def with_part(name: str, content: bytes = b"x") -> bytes:
    """A sound workbook with one more part."""
    return zipped(parts_of(sheet(HEAD_ROW + row_of(2, dossier(1)))) | {name: content})


def patched(content: bytes, *, where: bytes, offset: int, put: bytes) -> bytes:
    """The bytes with some of them replaced, behind every occurrence of a signature."""
    changed = bytearray(content)
    at = content.find(where)
    while at >= 0:
        changed[at + offset : at + offset + len(put)] = put
        at = content.find(where, at + 1)
    return bytes(changed)


CENTRAL = b"PK\x01\x02"


def raw_zip(entries: list[tuple[str, bytes, int, int]], bodies: bytes) -> bytes:
    """A ZIP by hand: (name, deflated or stored bytes aside, declared size, offset) over the given bodies."""
    lines = []
    for name, packed, size, offset in entries:
        line = struct.pack(
            "<4sHHHHHHIIIHHHHHII", CENTRAL, 20, 20, 0, 8, 0, 0, zlib.crc32(b""), len(packed), size,
            len(name.encode()), 0, 0, 0, 0, 0, offset,
        ) + name.encode()  # fmt: skip
        lines.append(line)
    directory = b"".join(lines)
    end = struct.pack(
        "<4sHHHHIIH", b"PK\x05\x06", 0, 0, len(entries), len(entries), len(directory), len(bodies), 0
    )
    return bodies + directory + end


def deflated(content: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


def local(name: str, packed: bytes, size: int) -> bytes:
    head = struct.pack(
        "<4sHHHHHIIIHH", b"PK\x03\x04", 20, 0, 8, 0, 0, 0, len(packed), size, len(name.encode()), 0
    )
    return head + name.encode() + packed


def overlapping() -> bytes:
    """A thousand parts that share one body: small here, huge when it is unpacked."""
    packed = deflated(b"<" + b" " * (1 << 20))
    body = local("xl/workbook.xml", packed, (1 << 20) + 1)
    entries = [("xl/workbook.xml", packed, (1 << 20) + 1, 0)]
    entries += [(f"xl/{n:012}.xml"[:15], packed, (1 << 20) + 1, 0) for n in range(900)]
    return raw_zip(entries, body)


def lying_about_its_size() -> bytes:
    """A sheet that says it is small and inflates to a hundred megabytes."""
    parts = parts_of(sheet(HEAD_ROW))
    bodies, entries = b"", []
    for name, content in parts.items():
        packed = deflated(b"<x>" + b" " * (100 << 20)) if "sheet1" in name else deflated(content)
        entries.append((name, packed, len(content), len(bodies)))
        bodies += local(name, packed, len(content))
    return raw_zip(entries, bodies)


def many_members() -> bytes:
    parts = parts_of(sheet(HEAD_ROW))
    return zipped(parts | {f"xl/media/{n}": b"" for n in range(3_000)})


def hundred_thousand_members() -> bytes:
    entries = [(f"{n}", b"", 0, 0) for n in range(65_000)]
    return raw_zip(entries, local("0", b"", 0))


def encrypted() -> bytes:
    sound = workbook(row_of(2, dossier(1)))
    return patched(sound, where=CENTRAL, offset=8, put=b"\x01\x00")


def two_rows(first: dict[str, str], **more: object) -> bytes:
    return workbook(row_of(2, first), row_of(3, dossier(2)), **more)


def damage(content: bytes) -> bytes:
    """The same with its middle overwritten."""
    middle = len(content) // 2
    return content[:middle] + b"\xaa" * 400 + content[middle + 400 :]


def _workbooks_that_harm() -> None:
    def sound() -> bytes:
        return workbook(row_of(2, dossier(1)))

    _refused("bomb by ratio", "bung ra quá lớn", lambda: with_part("xl/x.xml", b"<" + b" " * (90 << 20)))
    _refused("bomb by sum", "bung ra quá lớn", lambda: zipped(
        parts_of(sheet(HEAD_ROW)) | {f"xl/{n}.bin": bytes(range(256)) * (4096 * 8) for n in range(20)}))  # fmt: skip
    _refused("bomb that lies about its size", "bung ra quá lớn", lying_about_its_size)
    _refused("bomb by overlap", "bung ra quá lớn", overlapping)
    _refused("bomb within a bomb", "bung ra quá lớn", lambda: with_part(
        "xl/inner.zip", zipped({"a": b"0" * (40 << 20)}) + b"0" * (60 << 20)))  # fmt: skip
    _refused("three thousand members", "quá nhiều thành phần", many_members)
    _refused("sixty-five thousand members", "quá nhiều thành phần", hundred_thousand_members)
    _refused("encrypted members", "mật khẩu", encrypted)
    _refused("name that climbs", "tên thành phần lạ", lambda: with_part("xl/../../etc/passwd"))
    _refused("absolute name", "tên thành phần lạ", lambda: with_part("/etc/passwd"))
    _refused("name of Windows", "tên thành phần lạ", lambda: with_part("C:\\boot.ini"))
    _refused("same name twice", "tên thành phần lạ", lambda: with_part("XL/workbook.xml", b"<x/>"))
    _refused("macro", "macro", lambda: with_part("xl/vbaProject.bin"))
    _refused("macro of Excel 4", "macro", lambda: with_part("xl/macrosheets/sheet1.xml", b"<x/>"))
    _refused("link to another workbook", "liên kết tới bảng tính khác", lambda: with_part(
        "xl/externalLinks/externalLink1.xml", b"<x/>"))  # fmt: skip
    _refused("embedded object", "nhúng", lambda: with_part("xl/embeddings/oleObject1.bin"))
    _refused("control", "nhúng", lambda: with_part("xl/activeX/activeX1.xml", b"<x/>"))
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    _refused("entities that multiply", "DTD", lambda: workbook(row_of(2, dossier(1)), prolog=XML + laughs))
    outside = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    _refused("entity from outside", "DTD", lambda: workbook(row_of(2, dossier(1)), prolog=XML + outside))
    _refused("markup in UTF-16", "hỏng", lambda: zipped(
        parts_of("x") | {"xl/worksheets/sheet1.xml": sheet(HEAD_ROW).encode("utf-16")}))  # fmt: skip
    _refused("cell at the end of the world", "quá rộng hoặc quá dài", lambda: workbook(
        row_of(2, dossier(1)), sheet_row(1_048_576, [text_cell("XFD1048576", "x")])))  # fmt: skip
    _refused("cell a million rows down", "quá rộng hoặc quá dài", lambda: workbook(
        row_of(2, dossier(1)), sheet_row(1_000_000, [text_cell("A1000000", "x")])))  # fmt: skip
    _refused("cell far to the right, far down", "quá rộng hoặc quá dài", lambda: workbook(
        row_of(2, dossier(1)), sheet_row(60_000, [text_cell("BA60000", "x")])))  # fmt: skip
    _refused("cells without places", "quá rộng hoặc quá dài", lambda: workbook(
        f"<row>{'<c><v>1</v></c>' * 20_000}</row>" + "<row><c><v>1</v></c></row>" * 20_000))  # fmt: skip
    _refused("sheet in a folder of its own", "hỏng", lambda: with_part("xl/worksheets/a/sheet1.xml", b"<x/>"))
    _refused("sheet under another ending", "hỏng", lambda: with_part("xl/worksheets/sheet1.dat", b"<x/>"))
    _add("tags that never end", lambda: with_part("xl/worksheets/x.xml", b"<c" * 400_000), taken=1)
    _refused("cut off", "hỏng", lambda: sound()[:-300])
    _refused("overwritten in the middle", "hỏng", lambda: damage(sound()))
    _refused("something hung on behind", "hỏng", lambda: sound() + b"<script>alert(1)</script>")
    _refused("something put before", "không phải UTF-8", lambda: b"GIF7" + sound())
    _refused("a ZIP of something else", "không phải bảng tính", lambda: zipped({"a.txt": b"x"}))
    _refused("a document of Word", "không phải bảng tính", lambda: zipped(
        {"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}))  # fmt: skip
    _refused("a binary workbook", ".xlsb", lambda: zipped(
        {"[Content_Types].xml": b"<x/>", "xl/workbook.bin": b"x"}))  # fmt: skip
    _refused("no sheet to be seen", "không có trang tính nào hiển thị", lambda: zipped(
        parts_of(sheet(HEAD_ROW), states=("hidden",))))  # fmt: skip
    _refused(
        "a workbook without its head", "thiếu cột", lambda: zipped(parts_of(sheet(row_of(1, dossier(1)))))
    )
    _refused("a workbook of nothing", "thiếu cột", lambda: zipped(parts_of(sheet(""))))
    _refused(
        "a sheet that is no XML", "không đọc được", lambda: zipped(parts_of("<worksheet><sheetData><row"))
    )


def _workbooks_that_work() -> None:
    _add("plain workbook", lambda: two_rows(dossier(1)), taken=2, owner=NAME)
    _add("stored, not deflated", lambda: zipped(
        parts_of(sheet(HEAD_ROW + row_of(2, dossier(1)))), zipfile.ZIP_STORED), taken=1)  # fmt: skip
    _add("dimension that lies", lambda: two_rows(dossier(1), dimension="A1:XFD1048576"), taken=2)
    _add("dimension too small", lambda: two_rows(dossier(1), dimension="A1"), taken=2)
    _add("titles above the head", lambda: zipped(parts_of(sheet(
        sheet_row(1, [text_cell("A1", "DANH SÁCH HỒ SƠ")]) + HEAD_ROW.replace('1"', '4"').replace('r="1', 'r="4')
        + row_of(5, dossier(1))))), taken=1)  # fmt: skip
    _add("a hundred thousand empty rows", lambda: workbook(
        row_of(2, dossier(1)), "".join(f'<row r="{n}"/>' for n in range(3, 90_000))), taken=1)  # fmt: skip
    _add("many sheets", lambda: zipped(parts_of(
        sheet(HEAD_ROW + row_of(2, dossier(1))), *[sheet("")] * 199)), taken=1, warnings=("other_sheets",))  # fmt: skip
    _add("hidden sheet before", lambda: zipped(parts_of(
        sheet(HEAD_ROW + row_of(2, dossier(9))), sheet(HEAD_ROW + row_of(2, dossier(1))),
        states=("hidden", "visible"))), taken=1, warnings=("hidden_sheets",), owner=NAME)  # fmt: skip
    _add("hidden rows", lambda: workbook(row_of(2, dossier(1)).replace("<row ", '<row hidden="1" ')),
         taken=1, warnings=("hidden_rows",))  # fmt: skip
    _add("merged cells", lambda: two_rows(
        dossier(1), after='<mergeCells count="1"><mergeCell ref="A2:B2"/></mergeCells>'),
        taken=2, warnings=("merged_cells",))  # fmt: skip
    formula = {"ChuHoSo": lambda ref: f'<c r="{ref}" t="str"><f>A1&amp;B1</f><v>{NAME}</v></c>'}
    _add("formula cell", lambda: workbook(row_of(2, dossier(1), formula)),
         taken=1, warnings=("formulas",), owner=NAME)  # fmt: skip
    failed = {"ChuHoSo": lambda ref: f'<c r="{ref}" t="e"><v>#N/A</v></c>'}
    _add("cell that could not be calculated", lambda: workbook(row_of(2, dossier(1), failed)),
         reasons={"no_owner": 1},
         warnings=("error_cells",))  # fmt: skip
    lost = {"MaDoiTuong": lambda ref: number_cell(ref, "26170274723")}
    _add("id that lost its zero", lambda: workbook(row_of(2, dossier(1), lost)),
         taken=1, reasons={"odd_id": 1})  # fmt: skip
    power = {"MaDoiTuong": lambda ref: text_cell(ref, "1.10099E+11")}
    _add("id as a power of ten", lambda: workbook(row_of(2, dossier(1), power)),
         taken=1, reasons={"lost_id": 1})  # fmt: skip
    whole = {"MaDoiTuong": lambda ref: number_cell(ref, "126170274723"),
             "KenhThucHien": lambda ref: number_cell(ref, "1"),
             "TrangThaiHoSo": lambda ref: number_cell(ref, "4"),
             "NgayTiepNhan": lambda ref: number_cell(ref, "20210601083700")}  # fmt: skip
    _add("numbers that are whole", lambda: workbook(row_of(2, dossier(1), whole)), taken=1)
    serial = (dt.datetime(2021, 6, 1, 8, 37) - dt.datetime(1899, 12, 30)) / dt.timedelta(days=1)
    dated = {"NgayTiepNhan": lambda ref: number_cell(ref, repr(serial), 1)}
    _add("moment of Excel", lambda: workbook(row_of(2, dossier(1), dated)), taken=1)
    early = {"NgayTiepNhan": lambda ref: number_cell(ref, repr(serial - 1462), 1)}
    _add("moment counted from 1904", lambda: zipped(
        parts_of(sheet(HEAD_ROW + row_of(2, dossier(1), early)), date1904=True)), taken=1)  # fmt: skip
    bare = {"NgayTiepNhan": lambda ref: number_cell(ref, repr(serial))}
    _add("moment without its format", lambda: workbook(row_of(2, dossier(1), bare)),
         reasons={"bad_date": 1})  # fmt: skip
    _add("text of 32,767 signs", lambda: two_rows(dossier(1, ChuHoSo="x" * 32_767)),
         taken=1, reasons={"long_name": 1})  # fmt: skip
    _add("control character in a cell", lambda: two_rows(dossier(1, ChuHoSo="Trần\x85An")),
         taken=1, reasons={"unclean_text": 1})  # fmt: skip
    _add("column beside the head", lambda: workbook(
        row_of(2, dossier(1)).replace("</row>", text_cell("Z2", "thừa") + "</row>")),
        reasons={"surplus_cells": 1})  # fmt: skip
    _add(
        "ten thousand rows",
        lambda: workbook(*(row_of(n + 2, dossier(n)) for n in range(1, 9_999))),
        taken=9_998,
    )


WRITERS: dict[str, Callable[[str], bytes]] = {
    "windows-1258": cp1258, "tcvn3": tcvn3, "vni": vni, "utf-16le": lambda text: text.encode("utf-16-le"),
}  # fmt: skip


def _text(rows: list[dict[str, str]]) -> str:
    return csv_of(rows).decode("utf-8-sig")


def _a_row_of_another() -> bytes:
    """A hundred rows of TCVN3 and, among them, one of VNI whose bytes TCVN3 has too."""
    sample = (SAMPLES / "portal_export_vinhphuc.csv").read_text(encoding="utf-8-sig").splitlines()
    head, *rows = sample[:101]
    other = ",".join(dossier(1, ChuHoSo="Nguyễn Văn An").get(name, "") for name in head.split(","))
    return b"\r\n".join([*map(tcvn3, [head, *rows[:50]]), vni(other), *map(tcvn3, rows[50:])])


def _csv(text: str) -> Callable[[], bytes]:
    return text.encode


def _tables_of_text() -> None:
    good, two = _text([dossier(1)]), _text([dossier(1), dossier(2)])
    _add("CSV with a mark", lambda: csv_of([dossier(1)]), taken=1, owner=NAME)
    _add("CSV without a mark", _csv(good), taken=1, owner=NAME)
    _add("CSV with semicolons", _csv(good.replace(",", ";")), taken=1, owner=NAME)
    _add("CSV with tabs", _csv(good.replace(",", "\t")), taken=1, owner=NAME)
    _add("CSV in NFD", _csv(unicodedata.normalize("NFD", good)), taken=1, owner=NAME)
    _add("CSV named workbook", _csv(good), taken=1)
    _add("UTF-16 with its mark", lambda: good.encode("utf-16"), taken=1, owner=NAME)
    _add("UTF-16 of the other end", lambda: b"\xfe\xff" + good.encode("utf-16-be"), taken=1, owner=NAME)
    for encoding, write in WRITERS.items():
        _add(f"agreed to be {encoding}", partial(write, good), taken=1, owner=NAME.replace(
            "Á", "á") if encoding == "tcvn3" else NAME, agreed=encoding)  # fmt: skip
    _add(
        "rows of another encoding", _a_row_of_another, taken=100, agreed="tcvn3", reasons={"spoiled_text": 1}
    )
    _refused("mixed encodings", "không phải UTF-8", lambda: good.encode() + b"H62.02,\xd0\xce\n")
    _refused("bad bytes far down", "không phải UTF-8", lambda: good.encode() + b"x" * (1 << 20) + b"\xff")
    _refused("NUL", "byte rỗng (NUL) từ dòng 2", lambda: two.encode().replace(b"Nguy", b"Ng\0y"))
    _add("UTF-8 read as Windows-1252", _csv(good.replace(NAME, NAME.encode().decode("cp1252", "ignore"))),
         reasons={"spoiled_text": 1})  # fmt: skip
    _add("letters of an old font", _csv(two.replace(NAME, "Tr\xb5n Th\xb9 Nguy\xaat", 1)),
         taken=1, reasons={"spoiled_text": 1})  # fmt: skip
    _add(
        "letters of VNI", _csv(two.replace(NAME, "Nguyeãn Vaên An", 1)), taken=1, reasons={"spoiled_text": 1}
    )
    _add("VIQR", _csv(two.replace(NAME, "Nguye^~n Va(n An", 1)), taken=1, reasons={"spoiled_text": 1})
    _add("U+FFFD", _csv(two.replace(NAME, "Tr\ufffdn An", 1)), taken=1, reasons={"unclean_text": 1})
    _add(
        "line turned round", _csv(two.replace(NAME, "Trần \u202eAn", 1)), taken=1, reasons={"unclean_text": 1}
    )
    _add("control character", _csv(two.replace(NAME, "Trần\x07 An", 1)), taken=1, reasons={"unclean_text": 1})
    _add(
        "what cannot be seen",
        _csv(good.replace(NAME, "Trần\u200b Thị\u00a0Ánh \u2060Nguyệt")),
        taken=1,
        owner=NAME,
    )
    _add("full-width digits in a code", _csv(two.replace("H62.02-210601-0001", "H62.02-210601-０００1")),
         taken=1, reasons={"bad_code": 1})  # fmt: skip
    _add("letter that looks like another", _csv(two.replace("H62.02-210601-0001", "Н62.02-210601-0001")),
         taken=1, reasons={"bad_code": 1})  # fmt: skip
    _add("line end within a cell", _csv(good.replace(NAME, '"Trần Thị\nÁnh Nguyệt"')), taken=1, owner=NAME)
    _add(
        "quote that nobody closed", _csv(two.replace(NAME, '"' + NAME, 1)), taken=1, reasons={"broken_row": 1}
    )
    _add(
        "nothing but open quotes", _csv(good + '\r\nx"y,"z' * 20_000), taken=1, reasons={"broken_row": 20_000}
    )
    _add("comma too many", _csv(two.replace(NAME, "Trần, An", 1)), taken=1, reasons={"surplus_cells": 1})
    _add(
        "cell of two megabytes",
        _csv(two.replace(NAME, "x" * (2 << 20), 1)),
        taken=1,
        reasons={"broken_row": 1},
    )
    _add("cell above the bound", _csv(two.replace(NAME, "x" * 140_000, 1)), taken=1, reasons={"long_cell": 1})
    _add("month before day", _csv(two.replace("20210601083700", "06/13/2021 08:37", 1)),
         taken=1, reasons={"bad_date": 1})  # fmt: skip
    _add("same code, same row", _csv(_text([dossier(1), dossier(1)])), taken=1)
    _add("same code, other row", _csv(_text([dossier(1), dossier(1, ChuHoSo="Khác")])),
         taken=1, reasons={"conflict_in_file": 1})  # fmt: skip
    _add("formula in a name", _csv(good.replace(NAME, "=HYPERLINK(1)")), taken=1, owner="=HYPERLINK(1)")
    _add("columns in any case", _csv(good.replace("MaHoSo", "mahoso").replace("ChuHoSo", "CHUHOSO")), taken=1)
    _refused("column twice", "hai cột cùng tên", _csv(good.replace("TenTTHC", "ChuHoSo", 1)))
    _refused("wrong head", "thiếu cột", lambda: b"a,b,c\n1,2,3\n")
    _refused("too many rows", "hơn 50.000 dòng", _csv(good + "\r\nx" * 50_001))
    _refused("nothing at all", "trống", lambda: b"")
    _refused("nothing but a mark", "trống", lambda: b"\xef\xbb\xbf \r\n")
    _refused(
        "a page that calls itself a workbook", "HTML", lambda: b"<html><table><tr><td>x</td></tr></table>"
    )
    _refused("workbook of 2003", ".xls đời cũ", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2048)
    _refused("workbook of 1993", ".xls đời cũ", lambda: b"\x09\x08\x10\x00\x00\x06\x05\x00" + b"\0" * 64)
    _refused("PDF", "PDF", lambda: b"%PDF-1.7\n" + good.encode())
    _refused("packed by gzip", "giải nén", lambda: b"\x1f\x8b\x08" + b"\0" * 64)
    _refused("a programme", "chương trình", lambda: b"MZ\x90\x00" + b"\0" * 64)


def _json(value: object) -> Callable[[], bytes]:
    return lambda: json.dumps(value, ensure_ascii=False).encode()


def _lists_of_json() -> None:
    one, many = dossier(1), [dossier(n) for n in range(1, 4)]
    _add("JSON list", _json(many), taken=3, owner=NAME)
    _add("JSON list under a name", _json({"HoSo": many}), taken=3, owner=NAME)
    _add("JSON lines", lambda: "\n".join(json.dumps(row) for row in many).encode(), taken=3, owner=NAME)
    _add(
        "JSON with numbers and nothings",
        _json([one | {"KenhThucHien": 1, "TrangThaiHoSo": 4, "NgayTra": None}]),
        taken=1,
    )
    _add("JSON with a list within", _json([one | {"DanhSachHoSoBoSung": [{"NoiDungBoSung": "x"}]}]), taken=1)
    _add("JSON that names twice", lambda: json.dumps([one]).replace('"ChuHoSo"', '"ChuHoSo": "A", "ChuHoSo"').encode(),
         reasons={"repeated_name": 1})  # fmt: skip
    _add("JSON with half a sign", lambda: json.dumps([one, dossier(2, ChuHoSo="Tr\ud800n")]).encode(),
         taken=1, reasons={"unclean_text": 1})  # fmt: skip
    _add("JSON id as a power of ten", lambda: json.dumps([one]).replace('"026170274723"', "1.10099E+11").encode(),
         taken=1, reasons={"lost_id": 1})  # fmt: skip
    _refused("JSON cut off", "hồ sơ thứ 3", lambda: json.dumps(many).encode()[:-20])
    _refused("JSON without its end", "hồ sơ thứ 4", lambda: json.dumps(many).encode()[:-1])
    _refused("JSON so deep", "hồ sơ thứ 1", lambda: b"[" + b'{"a":' * 100_000)
    _refused("JSON of numbers", "không phải một hồ sơ", lambda: b"[1, 2, 3]")
    _refused("JSON with what is no number", "hồ sơ thứ 1", lambda: b'[{"MaHoSo": NaN}]')


_workbooks_that_harm()
_workbooks_that_work()
_tables_of_text()
_lists_of_json()
