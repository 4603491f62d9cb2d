"""The columns of the list of dossiers that were received while another system was down."""

from tthc_tracker.wording.columns import Column, Columns, dated
from tthc_tracker.wording.desklists import PLAIN_CODE, PROCEDURE_CODE
from tthc_tracker.wording.promiseddates import told

TITLE = "Hồ sơ nhận trong lúc sự cố"
EMPTY = "Không có hồ sơ nào được tiếp nhận trong lúc sự cố khớp bộ lọc."
PARTS = {"tat-ca": "Tất cả", "con-lai": "Cần nhập lại", "da-nhap": "Đã nhập lại"}


def _columns() -> Columns:
    agency_code = Column("agency_code", "Mã cơ quan", lambda row, _: row.agency_code, "code")
    officer = Column("officer", "Cán bộ thụ lý", lambda row, _: row.officer or "")
    entered_by = Column("entered_by", "Người nhập lại", lambda row, _: row.entered_by or "")
    every = (
        PLAIN_CODE,
        Column("procedure", "Thủ tục", lambda row, _: row.procedure, "long", parts=(PROCEDURE_CODE,)),
        PROCEDURE_CODE,
        Column("owner", "Chủ hồ sơ", lambda row, _: row.owner),
        Column("agency", "Nơi tiếp nhận", lambda row, _: row.agency, parts=(agency_code,)),
        agency_code,
        Column("unit", "Đơn vị giữ", lambda row, _: row.unit or "", parts=(officer,)),
        officer,
        dated("accepted", "Tiếp nhận", lambda row: row.accepted_at),
        *told(),
        Column("left", "Nhập lại", lambda row, _: "Đã nhập" if row.entered_at else "Chưa"),
        dated("entered", "Nhập lại lúc", lambda row: row.entered_at, parts=(entered_by,)),
        entered_by,
    )
    unasked = ("code", "procedure", "owner", "agency", "accepted", "due", "left", "entered")
    return Columns("outage", TITLE, "ho-so-trong-su-co", every, unasked)


COLUMNS = _columns()
