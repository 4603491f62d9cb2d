"""The columns of the lists of dossiers that two systems show."""

from typing import Any

from tthc_tracker.domain.lifecycle import State
from tthc_tracker.domain.matching import MatchState
from tthc_tracker.wording.columns import Column, Columns, See, dated, from_day
from tthc_tracker.wording.formats import moment, number
from tthc_tracker.wording.lifecycle import STATES
from tthc_tracker.wording.matches import MATCH_STATES, TITLE

DIFFERING_TITLE = "Lệch trạng thái giữa các hệ thống"
DIFFERING_LEAD = "lệch lâu nhất trước; trạng thái được tính là của hệ thống mà hồ sơ thuộc về"
DIFFERING_EMPTY = "Không có hồ sơ nào lệch trạng thái giữa các hệ thống."
MERGED = "Đã ghép vào hồ sơ kia"
OTHER = "Hệ thống kia: {system}"
WHAT_TO_DO = (
    "Hỏi nơi giải quyết hệ thống nào ghi đúng, rồi cập nhật hệ thống còn lại; "
    "lần nhập sau của nguồn ấy sẽ hết lệch."
)


def _age(row: Any, see: See) -> str:
    days = row.days(see.today)
    return f"Lệch {number(days)} ngày" if days else "Lệch từ hôm nay"


def _state(row: Any, state: State) -> str:
    """What merged stands for nothing of its own any more."""
    merged = row.state is MatchState.CONFIRMED and state is State.CANCELLED
    return MERGED if merged else STATES[state]


def _matches() -> Columns:
    first = Column("first_system", "Hệ thống thứ nhất", lambda row, _: row.first_system)
    second = Column("second_system", "Hệ thống thứ hai", lambda row, _: row.second_system)
    owner = Column("owner", "Chủ hồ sơ", lambda row, _: row.owner)
    first_at = dated(
        "first_at", "Tiếp nhận (thứ nhất)", lambda row: row.first_at,
        quiet=from_day("tiếp nhận", lambda row: row.first_at),
    )  # fmt: skip
    second_at = dated(
        "second_at", "Tiếp nhận (thứ hai)", lambda row: row.second_at,
        quiet=from_day("tiếp nhận", lambda row: row.second_at),
    )  # fmt: skip
    by = Column("decided_by", "Người quyết định", lambda row, _: row.decided_by or "")
    decided = dated(
        "decided", "Quyết định lúc", lambda row: row.decided_at,
        quiet=lambda row, _: moment(row.decided_at) if row.decided_at else "",
    )  # fmt: skip
    every = (
        Column("code", "Mã thứ nhất", lambda row, _: row.first_code, "code"),
        first,
        Column(
            "first_state", "Trạng thái (thứ nhất)", lambda row, _: _state(row, row.first_state),
            parts=(first, first_at),
        ),
        first_at,
        Column("second_code", "Mã thứ hai", lambda row, _: row.second_code, "code"),
        second,
        Column(
            "second_state", "Trạng thái (thứ hai)", lambda row, _: _state(row, row.second_state),
            parts=(second, second_at),
        ),
        second_at,
        Column("procedure", "Thủ tục", lambda row, _: row.procedure, "long", parts=(owner,)),
        owner,
        dated("proposed", "Đề nghị lúc", lambda row: row.proposed_at),
        Column("state", "Quyết định", lambda row, _: MATCH_STATES[row.state], parts=(by, decided)),
        by,
        decided,
    )  # fmt: skip
    unasked = ("code", "first_state", "second_code", "second_state", "procedure", "proposed", "state")
    return Columns("matches", TITLE, "hai-he-thong", every, unasked)


def _differing() -> Columns:
    procedure_code = Column("procedure_code", "Mã thủ tục", lambda row, _: row.procedure_code, "code")
    agency_code = Column("agency_code", "Mã cơ quan", lambda row, _: row.agency_code, "code")
    unit = Column("unit", "Phòng, đơn vị", lambda row, _: row.unit or "")
    officer = Column("officer", "Cán bộ thụ lý", lambda row, _: row.officer or "")
    owner = Column("owner", "Chủ hồ sơ", lambda row, _: row.owner)
    system = Column("system", "Hệ thống được tính", lambda row, _: row.system)
    other_system = Column("other_system", "Hệ thống kia", lambda row, _: row.other_system)
    other_code = Column("other_code", "Mã ở hệ thống kia", lambda row, _: row.other_code, "code")
    seen = dated(
        "as_of", "Dữ liệu hệ thống kia lúc", lambda row: row.as_of,
        quiet=lambda row, _: f"dữ liệu lúc {moment(row.as_of)}" if row.as_of else "",
    )  # fmt: skip
    days = Column(
        "days", "Số ngày lệch", lambda row, see: str(row.days(see.today)), "num", quiet=lambda _row, _see: ""
    )
    every = (
        Column("code", "Mã hồ sơ", lambda row, _: row.code, "code"),
        Column("state", "Trạng thái được tính", lambda row, _: STATES[row.state], parts=(system,)),
        system,
        Column(
            "other_state", "Trạng thái ở hệ thống kia", lambda row, _: STATES[row.other_state],
            parts=(other_system, other_code, seen),
        ),
        other_system, other_code, seen,
        Column("age", "Lệch bao lâu", _age, "mark", parts=(days,), badge=lambda _row: "due_soon"),
        days,
        dated("since", "Lệch từ", lambda row: row.differs_since),
        Column("procedure", "Thủ tục", lambda row, _: row.procedure, "long", parts=(owner,)),
        procedure_code, owner,
        Column("agency", "Nơi giải quyết", lambda row, _: row.agency, parts=(unit, officer)),
        agency_code, unit, officer,
        dated("due", "Hẹn trả", lambda row: row.due_at),
    )  # fmt: skip
    unasked = ("code", "state", "other_state", "age", "procedure", "agency", "due")
    return Columns("differing", DIFFERING_TITLE, "lech-trang-thai", every, unasked)


MATCHES, DIFFERING = _matches(), _differing()
