"""The columns of the list of late dossiers behind a number of the table of causes."""

from tthc_tracker.wording.apologies import UNSAID
from tthc_tracker.wording.columns import Column, Columns, dated, from_day
from tthc_tracker.wording.labels import label

TITLE = "Hồ sơ trễ hạn"
EMPTY = "Không có hồ sơ nào trễ hạn khớp với con số này."
NOBODY = "Chưa phân công"
NO_UNIT = "Chưa giao đơn vị"
RUNNING = "Đang giải quyết"


def _columns() -> Columns:
    procedure_code = Column("procedure_code", "Mã thủ tục", lambda row, _: row.procedure_code, "code")
    agency_code = Column("agency_code", "Mã cơ quan", lambda row, _: row.agency_code, "code")
    officer = Column("officer", "Cán bộ thụ lý", lambda row, _: row.officer or NOBODY)
    second = dated(
        "second", "Hẹn lại", lambda row: row.second, quiet=from_day("hẹn lại", lambda row: row.second)
    )
    note = Column("note", "Ghi chú lý do", lambda row, _: row.note or "")
    every = (
        Column("code", "Mã hồ sơ", lambda row, _: row.code, "code"),
        Column("procedure", "Thủ tục", lambda row, _: row.procedure, "long", parts=(procedure_code,)),
        procedure_code,
        Column("owner", "Chủ hồ sơ", lambda row, _: row.owner),
        Column("agency", "Nơi giải quyết", lambda row, _: row.agency, parts=(agency_code,)),
        agency_code,
        Column("unit", "Đơn vị giữ", lambda row, _: row.unit or NO_UNIT, parts=(officer,)),
        officer,
        dated("accepted", "Tiếp nhận", lambda row: row.accepted_at),
        # The lawful date: the earliest first, which is the order of the list.
        dated("due", "Hạn theo luật", lambda row: row.due_at, parts=(second,)),
        second,
        dated("closed", "Kết thúc", lambda row: row.closed_at),
        Column("cause", "Lý do", lambda row, _: label(row.cause) if row.cause else UNSAID, parts=(note,)),
        note,
    )
    unasked = ("code", "procedure", "agency", "unit", "due", "closed", "cause")
    return Columns("late_causes", TITLE, "ho-so-tre-han", every, unasked)


COLUMNS = _columns()
