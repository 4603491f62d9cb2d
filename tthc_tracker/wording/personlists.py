"""The columns of the list of one person's dossiers. None says who it is: the reader has asked for him."""

from typing import Any

from tthc_tracker.wording.columns import Column, Columns, See, dated
from tthc_tracker.wording.desklists import PLAIN_CODE, PROCEDURE_CODE
from tthc_tracker.wording.labels import label
from tthc_tracker.wording.promiseddates import told

TITLE = "Hồ sơ của một người"
EMPTY = "Không có hồ sơ nào của số này trong phạm vi của bạn khớp bộ lọc."


def _as_what(row: Any, _see: See) -> str:
    if row.owns and row.filed:
        return "Chủ hồ sơ, người nộp"
    return "Chủ hồ sơ" if row.owns else "Người nộp"


def _columns() -> Columns:
    agency_code = Column("agency_code", "Mã cơ quan", lambda row, _: row.agency_code, "code")
    officer = Column("officer", "Cán bộ thụ lý", lambda row, _: row.officer or "")
    every = (
        PLAIN_CODE,
        Column("as_what", "Là", _as_what),
        Column("procedure", "Thủ tục", lambda row, _: row.procedure, "long", parts=(PROCEDURE_CODE,)),
        PROCEDURE_CODE,
        Column("agency", "Nơi giải quyết", lambda row, _: row.agency, parts=(agency_code,)),
        agency_code,
        Column("unit", "Đơn vị giữ", lambda row, _: row.unit or "", parts=(officer,)),
        officer,
        Column("channel", "Kênh", lambda row, _: label(row.channel)),
        dated("accepted", "Tiếp nhận", lambda row: row.accepted_at),
        *told(),
        dated("closed", "Kết thúc", lambda row: row.closed_at),
        Column("state", "Trạng thái", lambda row, _: label(row.state)),
    )
    unasked = ("code", "as_what", "procedure", "agency", "accepted", "due", "state")
    return Columns("person", TITLE, "ho-so-cua-mot-nguoi", every, unasked)


COLUMNS = _columns()
