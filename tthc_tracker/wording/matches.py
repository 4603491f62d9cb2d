"""The words of two systems beside each other: what is said of a match, and field by field."""

from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any, NamedTuple, Protocol

from tthc_tracker.domain.lifecycle import Channel, State
from tthc_tracker.domain.matching import MatchState, disagree
from tthc_tracker.wording.formats import moment
from tthc_tracker.wording.lifecycle import CHANNELS, STATES

TITLE = "Một hồ sơ ở hai hệ thống"
ELSEWHERE = "Hồ sơ này ở các hệ thống"
LEAD = "cùng người, cùng thủ tục, tiếp nhận cách nhau không quá một ngày làm việc; người có quyền quyết định"
MATCH_STATES = {
    MatchState.PROPOSED: "Chờ quyết định",
    MatchState.CONFIRMED: "Là một hồ sơ",
    MatchState.REFUSED: "Hai hồ sơ khác nhau",
}
MATCH_LABELS: dict[type[Enum], dict[Any, str]] = {MatchState: MATCH_STATES}
TONES = {
    MatchState.PROPOSED: ("warn", "waiting"),
    MatchState.CONFIRMED: ("ok", "check"),
    MatchState.REFUSED: ("neutral", "closed"),
}
EMPTY = {
    MatchState.PROPOSED: "Không có đề nghị nào chờ quyết định. Đề nghị mới có sau mỗi lần nhập dữ liệu.",
    MatchState.CONFIRMED: "Chưa có hồ sơ nào được ghép.",
    MatchState.REFUSED: "Chưa có cặp nào được ghi là hai hồ sơ khác nhau.",
}
DONE = {
    "confirm": "Đã ghép: là một hồ sơ, hai mã cùng dẫn đến hồ sơ được giữ.",
    "refuse": "Đã ghi: hai hồ sơ khác nhau, không đề nghị lại.",
    "undo": "Đã tách: hai hồ sơ như trước khi ghép.",
}
ONE = "Là một hồ sơ"
TWO = "Hai hồ sơ khác nhau"
APART = "Tách hai hồ sơ"
ASK_ONE = (
    "Ghép thành một hồ sơ? Hồ sơ tiếp nhận tại đây được giữ, nếu không thì hồ sơ tiếp nhận trước; "
    "hồ sơ kia không tính riêng nữa, mã của nó dẫn đến hồ sơ được giữ. "
    "Tách lại được khi chưa có việc gì khác xảy ra."
)
ASK_TWO = "Ghi là hai hồ sơ khác nhau? Cặp này sẽ không được đề nghị lại."
ASK_APART = "Tách lại thành hai hồ sơ như trước khi ghép?"
MOVED_ON = "Chưa tách được: sau khi ghép đã có việc khác xảy ra với hồ sơ. Hãy xem lịch sử của hồ sơ."
NOT_NOW = "Một trong hai hồ sơ đã đổi nên không làm được việc này nữa. Trang đã hiện bản mới."
NO_RIGHT = "Quyết định thuộc người giữ vai trò Kiểm soát thủ tục hành chính có cả hai hồ sơ trong phạm vi."


class Shown(Protocol):
    """A dossier as one system shows it (queries.matches)."""

    @property
    def system(self) -> str: ...
    @property
    def home(self) -> bool: ...
    @property
    def counts(self) -> bool: ...
    @property
    def code(self) -> str: ...
    @property
    def state(self) -> State: ...
    @property
    def procedure(self) -> str: ...
    @property
    def owner(self) -> str: ...
    @property
    def resolving(self) -> str: ...
    @property
    def receiving(self) -> str: ...
    @property
    def channel(self) -> Channel: ...
    @property
    def submitted_at(self) -> Any: ...
    @property
    def accepted_at(self) -> Any: ...
    @property
    def due_at(self) -> Any: ...
    @property
    def closed_at(self) -> Any: ...
    @property
    def returned_at(self) -> Any: ...
    @property
    def seen_at(self) -> Any: ...


class FieldRow(NamedTuple):
    """A field, what each system says of it, and whether that differs: "", or in words."""

    field: str
    said: tuple[str, ...]
    differs: str


DIFFERS = "Khác nhau"
COUNTS_OTHERWISE = "Lệch trạng thái"


def _when(name: str) -> Callable[[Shown], str]:
    return lambda side: moment(found) if (found := getattr(side, name)) else "–"


_FIELDS: tuple[tuple[str, Callable[[Shown], str]], ...] = (
    ("Trạng thái", lambda side: STATES[side.state]),
    ("Thủ tục", lambda side: side.procedure),
    ("Chủ hồ sơ", lambda side: side.owner),
    ("Nơi tiếp nhận", lambda side: side.receiving),
    ("Nơi giải quyết", lambda side: side.resolving),
    ("Kênh", lambda side: CHANNELS[side.channel]),
    ("Nộp lúc", _when("submitted_at")),
    ("Tiếp nhận", _when("accepted_at")),
    ("Hẹn trả", _when("due_at")),
    ("Kết thúc xử lý", _when("closed_at")),
    ("Trả kết quả", _when("returned_at")),
)


def side_by_side(sides: Sequence[Shown]) -> list[FieldRow]:
    """Field by field what each system says, its code first and when it was seen last."""
    rows = [FieldRow("Mã hồ sơ", tuple(side.code for side in sides), "")]
    for field, text in _FIELDS:
        said = tuple(text(side) for side in sides)
        rows.append(FieldRow(field, said, DIFFERS if len(set(said)) > 1 else ""))
    if any(disagree(sides[0].state, other.state) for other in sides[1:]):
        rows[1] = rows[1]._replace(differs=COUNTS_OTHERWISE)
    seen = tuple(moment(side.seen_at) if side.seen_at else "ngay tại đây" for side in sides)
    return [*rows, FieldRow("Dữ liệu lúc", seen, "")]


def heads(sides: Sequence[Shown]) -> list[str]:
    """What stands over each side; of what is not decided yet both count."""
    decided = not all(side.counts for side in sides)
    return [f"{side.system} (được tính)" if side.counts and decided else side.system for side in sides]


def notice(differing: bool) -> str:
    """Whether other systems say something else of a dossier."""
    return "Các hệ thống ghi trạng thái khác nhau." if differing else "Các hệ thống khác cũng có hồ sơ này."
