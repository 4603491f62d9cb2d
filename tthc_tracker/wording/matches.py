"""The words of two systems beside each other: what is said of a match, and field by field."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Any, NamedTuple, Protocol

from tthc_tracker.domain.differing import Field
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
    @property
    def claims(self) -> bool: ...


class FieldRow(NamedTuple):
    """A field, what each system says of it, whether that differs: "", or in words; and since when."""

    field: str
    said: tuple[str, ...]
    differs: str
    since: str = ""


DIFFERS = "Khác nhau"
COUNTS_OTHERWISE = "Lệch trạng thái"


def _when(name: str) -> Callable[[Shown], str]:
    return lambda side: moment(found) if (found := getattr(side, name)) else "–"


FIELDS: Mapping[Field, str] = {
    Field.CODE: "Mã hồ sơ",
    Field.STATE: "Trạng thái",
    Field.PROCEDURE: "Thủ tục",
    Field.OWNER: "Chủ hồ sơ",
    Field.RECEIVING: "Nơi tiếp nhận",
    Field.RESOLVING: "Nơi giải quyết",
    Field.CHANNEL: "Kênh",
    Field.SUBMITTED: "Nộp lúc",
    Field.ACCEPTED: "Tiếp nhận",
    Field.DUE: "Hẹn trả",
    Field.CLOSED: "Kết thúc xử lý",
    Field.RETURNED: "Trả kết quả",
}
_TOLD: Mapping[Field, Callable[[Shown], str]] = {
    Field.STATE: lambda side: STATES[side.state],
    Field.PROCEDURE: lambda side: side.procedure,
    Field.OWNER: lambda side: side.owner,
    Field.RECEIVING: lambda side: side.receiving,
    Field.RESOLVING: lambda side: side.resolving,
    Field.CHANNEL: lambda side: CHANNELS[side.channel],
} | {field: _when(field.value) for field in FIELDS if field.value.endswith("_at")}
SHARED = "Dùng chung mã"
_CODES = "Nguồn kia cũng gửi mã này"
OWNERS = {"same": "Cùng tên", "other": "Tên khác"}


def said_there(field: Field, text: str, places: Mapping[str, str]) -> str:
    """What another system says of a field, from what is kept; places: the agencies' names by that."""
    if field is Field.STATE:
        return STATES[State(text)]
    if field is Field.CHANNEL:
        return CHANNELS[Channel(text)]
    if field is Field.OWNER:
        return OWNERS[text]
    if field is Field.CODE:
        return _CODES
    if field in {Field.RECEIVING, Field.RESOLVING}:
        return places.get(text, "")
    return moment(dt.datetime.fromisoformat(text)) if field.value.endswith("_at") else text


class Followed(Protocol):
    """What is followed of a dossier (models.dossier)."""

    @property
    def state(self) -> Any: ...
    @property
    def channel(self) -> Any: ...
    @property
    def current_due_at(self) -> Any: ...


def said_here(field: Field, dossier: Followed) -> str:
    """What is followed of a field that a dossier's own row holds."""
    if field is Field.STATE:
        return STATES[dossier.state]
    if field is Field.CHANNEL:
        return CHANNELS[dossier.channel]
    at = dossier.current_due_at if field is Field.DUE else getattr(dossier, field.value)
    return moment(at) if at else ""


def why_followed(*, matched: bool, home: bool) -> str:
    """Why one of two systems is followed: whose the dossier is."""
    if home:
        return "Hồ sơ tiếp nhận tại đây"
    return "Nguồn sở hữu hồ sơ được giữ khi ghép" if matched else "Nguồn đưa mã này vào trước"


def side_by_side(sides: Sequence[Shown], since: Mapping[Field, dt.datetime] | None = None) -> list[FieldRow]:
    """Field by field what each system says, its code first and when it was seen last.

    since: from when another system says something else, of each field of which it does.
    """
    told = {field: moment(at) for field, at in (since or {}).items()}
    shared = SHARED if Field.CODE in told else ""
    code = tuple(side.code for side in sides)
    rows = [FieldRow(FIELDS[Field.CODE], code, shared, told.get(Field.CODE, ""))]
    for field, text in _TOLD.items():
        said = tuple(text(side) for side in sides)
        differs = DIFFERS if len(set(said)) > 1 else ""
        rows.append(FieldRow(FIELDS[field], said, differs, told.get(field, "") if differs else ""))
    if any(disagree(sides[0].state, other.state) for other in sides[1:]):
        rows[1] = rows[1]._replace(differs=COUNTS_OTHERWISE)
    seen = tuple(moment(side.seen_at) if side.seen_at else "ngay tại đây" for side in sides)
    return [*rows, FieldRow("Dữ liệu lúc", seen, "")]


def heads(sides: Sequence[Shown]) -> list[str]:
    """What stands over each side; of what is not decided yet both count."""
    decided = not all(side.counts for side in sides)
    return [f"{side.system} (được tính)" if side.counts and decided else side.system for side in sides]


def reasons(sides: Sequence[Shown]) -> list[tuple[str, str, str]]:
    """Of each system whether it is followed, and why: (system, followed, why)."""
    found = []
    for side in sides:
        if side.counts:
            why = why_followed(matched=any(not one.claims for one in sides[1:]), home=side.home)
            found.append((side.system, "Được theo", why))
        else:
            found.append((side.system, "Không được theo", REFUSED if side.claims else BESIDE))
    return found


REFUSED = "Mã đã thuộc nguồn khác nên dòng bị từ chối; điều nguồn này ghi chỉ để đối chiếu"
BESIDE = "Đã ghép vào hồ sơ được giữ; điều hệ thống này ghi chỉ để đối chiếu"


def notice(differing: bool) -> str:
    """Whether other systems say something else of a dossier."""
    return "Các hệ thống ghi trạng thái khác nhau." if differing else "Các hệ thống khác cũng có hồ sơ này."
