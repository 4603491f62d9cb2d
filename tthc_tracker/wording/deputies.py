"""The words of standing in for somebody."""

import datetime as dt
from collections.abc import Mapping
from enum import Enum
from typing import Any, Protocol

from tthc_tracker.domain.deputies import SignatureForm
from tthc_tracker.wording.formats import day

SIGNATURE_FORMS = {
    SignatureForm.KT: "Ký thay (KT.)",
    SignatureForm.TL: "Ký thừa lệnh (TL.)",
    SignatureForm.TUQ: "Ký thừa uỷ quyền (TUQ.)",
}

DEPUTY_LABELS: dict[type[Enum], dict[Any, str]] = {SignatureForm: SIGNATURE_FORMS}

BY_ITSELF = "Hệ thống, khi người được thay trở lại"
WRONG_DEPUTY = "Hãy chọn một người khác đang làm việc ở cùng cơ quan."
BACKWARDS = "Ngày cuối phải từ ngày đầu trở đi."
PAST = "Ngày đầu không thể trước hôm nay: việc thay có hiệu lực từ khi ghi."
TOO_LONG = "Một lần vắng dài nhất một năm. Hãy ghi thành nhiều lần."
NO_FORM = "Người vắng là thủ trưởng: hãy chọn người thay ký theo cách nào."
NO_TITLE = "Hãy ghi chức vụ, vì chữ ký phải in chức vụ."
NO_BASIS = "Ký thừa uỷ quyền phải có văn bản. Hãy ghi số, ngày của văn bản uỷ quyền."
NO_DAY = "Hãy ghi ngày."
NAMED = (
    "Đã ghi. Cảnh báo chuyển cho người thay từ lần rà soát kế tiếp trong những ngày ấy; việc mới chuyển ngay."
)
ENDED = "Đã kết thúc. Cảnh báo và hồ sơ được giao thay trở về từ lần rà soát kế tiếp; việc mới trở về ngay."
OVER = "Việc thay này đã kết thúc."
NOT_YOURS = "Chỉ chính người vắng hoặc thủ trưởng của người ấy được ghi."


class Pair(Protocol):
    """Who stands in for whom, when."""

    @property
    def user(self) -> str: ...
    @property
    def deputy(self) -> str: ...
    @property
    def from_day(self) -> dt.date: ...
    @property
    def to_day(self) -> dt.date: ...


def days(one: Pair) -> str:
    """`17/11/2026 đến 19/11/2026`."""
    return f"{day(one.from_day)} đến {day(one.to_day)}"


def overlaps(one: Pair) -> str:
    """There is a deputy for some of these days."""
    return (
        f"{one.user} đã được ghi vắng từ {days(one)}, người thay là {one.deputy}. Hãy chọn ngày khác hoặc "
        "kết thúc lần vắng ấy trước."
    )


def deputy_away(one: Pair) -> str:
    """The deputy is away himself."""
    return f"{one.user} cũng vắng từ {days(one)}. Hãy chọn người khác hoặc ngày khác."


def stands_in(one: Pair) -> str:
    """Whoever wants to go stands in for another."""
    return f"{one.deputy} đang thay {one.user} từ {days(one)}. Hãy đổi người thay của {one.user} trước."


def facts_words(facts: Mapping[str, Any]) -> list[str]:
    """What an event says of somebody who is away, or in whose place it was done."""
    parts = []
    if meant_for := facts.get("meant_for"):
        parts.append(f"thay cho {meant_for} đang vắng")
    if facts.get("back"):
        parts.append("người được thay đã trở lại")
    if head := facts.get("on_behalf"):
        parts.append(f"thay mặt {head}")
    return parts
