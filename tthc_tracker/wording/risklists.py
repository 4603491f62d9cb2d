"""The words and the columns of the list of dossiers that are likely to be late."""

from typing import Protocol

from tthc_tracker.domain.risk import SHARE
from tthc_tracker.wording.columns import Column, Columns, See, dated
from tthc_tracker.wording.formats import number, working_length
from tthc_tracker.wording.promiseddates import told

TITLE = "Nguy cơ quá hạn"
EMPTY = "Không có hồ sơ nào còn ít thời gian hơn mức thường cần."
NOBODY = "Chưa phân công"
NO_UNIT = "Chưa giao đơn vị"


class AtRisk(Protocol):
    """What a row of the list has to give."""

    @property
    def left(self) -> int: ...
    @property
    def needed(self) -> int | None: ...
    @property
    def cases(self) -> int: ...
    @property
    def of_province(self) -> bool: ...


def _left(row: AtRisk, _see: See) -> str:
    return working_length(row.left)


def _needed(row: AtRisk, _see: See) -> str:
    return "Lâu hơn mọi hồ sơ trước" if row.needed is None else working_length(row.needed)


def _missing(row: AtRisk, _see: See) -> str:
    return "" if row.needed is None else working_length(row.needed - row.left)


def _ground(row: AtRisk, _see: See) -> str:
    of = f"{number(row.cases)} hồ sơ {'toàn tỉnh' if row.of_province else 'tại cơ quan'}"
    return f"hơn cả {of}" if row.needed is None else f"{SHARE} % của {of}"


def in_a_sentence(row: AtRisk) -> str:
    """`còn 4 giờ làm việc, thường còn cần 2 ngày (34 hồ sơ)`: the numbers that say so."""
    left, of = (
        working_length(row.left),
        f"{number(row.cases)} hồ sơ" + (" toàn tỉnh" if row.of_province else ""),
    )
    if row.needed is None:
        return f"còn {left}, đã lâu hơn mọi hồ sơ trước ({of})"
    return f"còn {left}, thường còn cần {working_length(row.needed)} ({of})"


def _columns() -> Columns:
    procedure_code = Column("procedure_code", "Mã thủ tục", lambda row, _: row.procedure_code, "code")
    agency_code = Column("agency_code", "Mã cơ quan", lambda row, _: row.agency_code, "code")
    officer = Column("officer", "Cán bộ thụ lý", lambda row, _: row.officer or NOBODY)
    ground = Column("ground", "Căn cứ", _ground)
    # The order is that of the index: whom the most time is missing first.
    every = (
        Column("code", "Mã hồ sơ", lambda row, _: row.code, "code"),
        Column("procedure", "Thủ tục", lambda row, _: row.procedure, "long", parts=(procedure_code,)),
        procedure_code,
        Column("owner", "Chủ hồ sơ", lambda row, _: row.owner),
        Column("agency", "Nơi giải quyết", lambda row, _: row.agency, parts=(agency_code,)),
        agency_code,
        Column("unit", "Đang ở", lambda row, _: row.unit or NO_UNIT, parts=(officer,)),
        officer,
        dated("accepted", "Tiếp nhận", lambda row: row.accepted_at),
        *told(),
        Column("left", "Còn lại", _left),
        Column("needed", "Thường còn cần", _needed, parts=(ground,)),
        ground,
        Column("missing", "Thiếu", _missing),
        dated("assessed", "Đánh giá lúc", lambda row: row.assessed_at),
    )
    unasked = ("code", "procedure", "agency", "unit", "due", "left", "needed", "missing")
    return Columns("at_risk", TITLE, "nguy-co-qua-han", every, unasked)


COLUMNS = _columns()
