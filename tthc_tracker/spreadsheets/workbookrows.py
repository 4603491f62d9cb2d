"""The rows of a workbook's first visible sheet, each cell as the text that an export would hold."""

import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path

from tthc_tracker.spreadsheets.faults import UnusableFileError
from tthc_tracker.spreadsheets.workbookgate import FileWarning, Passed


def rows_of(content: Path | bytes, passed: Passed) -> Iterator[list[str]]:
    """Every row, empty ones too. The gate has been passed before: what is read is bounded.

    Raises UnusableFileError: no visible sheet, or nothing a workbook's reader understands.
    """
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    try:
        workbook = (
            CalamineWorkbook.from_filelike(io.BytesIO(content))
            if isinstance(content, bytes)
            else CalamineWorkbook.from_path(str(content))
        )
        sheets = [
            (number, sheet.visible is SheetVisibleEnum.Visible)
            for number, sheet in enumerate(workbook.sheets_metadata)
            if sheet.typ is SheetTypeEnum.WorkSheet
        ]
        shown = [number for number, visible in sheets if visible]
        if not shown:
            raise UnusableFileError(
                "Tệp không có trang tính nào hiển thị. Hãy bỏ ẩn trang dữ liệu rồi lưu lại."
            )
        if len(shown) > 1:
            passed.warnings.add(FileWarning.OTHER_SHEETS)
        if len(shown) < len(sheets):
            passed.warnings.add(FileWarning.HIDDEN_SHEETS)
        sheet = workbook.get_sheet_by_index(shown[0])
        skipped = sheet.start[0] if sheet.start else 0
        yield from ([] for _ in range(skipped))
        for cells in sheet.iter_rows():
            yield [text_of(cell) for cell in cells]
    except (CalamineError, ValueError, OSError) as error:
        raise UnusableFileError("Tệp .xlsx không đọc được. Hãy lưu lại từ Excel hoặc gửi CSV.") from error


def text_of(cell: object) -> str:
    """A cell as text: whole numbers without a point, moments as yyyyMMddHHmmss; nothing is guessed."""
    match cell:
        case str():
            return cell
        case None:
            return ""
        case bool():
            return "1" if cell else "0"
        case float() if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        case dt.datetime():
            return f"{cell + dt.timedelta(milliseconds=500):%Y%m%d%H%M%S}"
        case dt.date():
            return f"{cell:%Y%m%d}"
        case _:
            return str(cell)
