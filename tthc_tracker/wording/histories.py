"""History in words: what happened, what changed from what to what."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from tthc_tracker.domain.handovers import CollectAuthority
from tthc_tracker.domain.lifecycle import EventKind, FinishClass, ResultKind, ReturnMethod, State
from tthc_tracker.wording import apologies, deputies, urging
from tthc_tracker.wording.collecting import RESULT_DIGITISED
from tthc_tracker.wording.formats import day, iso, moment
from tthc_tracker.wording.labels import label
from tthc_tracker.wording.pausing import facts_words
from tthc_tracker.wording.receptions import FIELDS as RECEPTION_FIELDS
from tthc_tracker.wording.receptions import VALUES

FIELDS = {
    "unit": "Phòng, đơn vị",
    "officer": "Cán bộ thụ lý",
    "step": "Bước",
    "reminded": "Người được nhắc",
    "state": "Trạng thái",
    "submitted_at": "Ngày nộp",
    "accepted_at": "Ngày tiếp nhận",
    "due_at": "Hẹn trả",
    "current_due_at": "Hẹn lại",
    "closed_at": "Kết thúc xử lý",
    "returned_at": "Trả kết quả",
    "desk": "Nơi tiếp nhận",
    "agency": "Cơ quan giải quyết",
    "returning": "Nơi trả kết quả",
    "step_agency": "Cơ quan phối hợp",
    "procedure": "Thủ tục",
    "owner": "Chủ hồ sơ",
    "applicant": "Người nộp",
    "abstract": "Trích yếu",
    "result_digitised": "Số hoá kết quả",
    "channel": "Kênh",
    "limit": "Thời hạn",
    "full_name": "Họ và tên",
    "id_number": "Số định danh",
    "phone": "Số điện thoại",
    "email": "Thư điện tử",
    "address": "Địa chỉ",
    "sector_code": "Mã lĩnh vực (nguồn)",
    "return_way": "Hình thức trả kết quả (nguồn)",
    "digitised": "Thành phần số hoá (nguồn)",
    "account_verified": "Tài khoản VNeID (nguồn)",
    "paid_online": "Thanh toán trực tuyến (nguồn)",
    "supplements": "Các lần bổ sung (nguồn)",
    "post_address": "Địa chỉ nhận kết quả qua bưu chính",
} | RECEPTION_FIELDS

_VALUES: dict[str, dict[Any, str]] = VALUES | {"result_digitised": RESULT_DIGITISED}
# So long after it happened an event is still noted at once.
AT_ONCE = dt.timedelta(minutes=10)
# What ends a dossier without a result; its reason belongs at the top of the page.
ENDINGS = frozenset({EventKind.REFUSED, EventKind.WITHDRAWN, EventKind.STOPPED, EventKind.CANCELLED})


class Entry(Protocol):
    """An event as the reads give it."""

    @property
    def kind(self) -> EventKind: ...
    @property
    def occurred_at(self) -> dt.datetime: ...
    @property
    def recorded_at(self) -> dt.datetime: ...
    @property
    def actor(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def facts(self) -> dict[str, Any]: ...
    @property
    def private(self) -> dict[str, Any] | None: ...


def entries(events: Iterable[Entry]) -> list[dict[str, Any]]:
    """Events as the lines of the timeline component."""
    return [_entry(event) for event in events]


def ending_reason(events: Iterable[Entry]) -> str:
    """Why the dossier ended without a result, the latest word of events that stand latest first."""
    return next((event.reason for event in events if event.kind in ENDINGS), "")


def _entry(event: Entry) -> dict[str, Any]:
    both = event.facts | event.private if event.private else event.facts
    said, pairs = {}, []
    for name, value in both.items():
        if isinstance(value, list) and len(value) == 2:
            pairs.append((FIELDS.get(name, name), _said(name, value[0]), _said(name, value[1])))
        else:
            said[name] = value
    return {
        "at": moment(event.occurred_at),
        "iso": iso(event.occurred_at),
        "recorded": moment(event.recorded_at) if _differs(event) else None,
        "actor": event.actor,
        "what": label(event.kind),
        "reason": both.get("reason", event.reason),
        "note": _note(said) if said else "",
        "changes": pairs,
    }


def _differs(event: Entry) -> bool:
    same = event.recorded_at == event.occurred_at
    return not same and abs(event.recorded_at - event.occurred_at) > AT_ONCE


def _note(facts: Mapping[str, Any]) -> str:
    parts = _of_reception(facts) + facts_words(facts) + apologies.facts_words(facts) + _of_result(facts)
    parts += _handed(facts) + deputies.facts_words(facts) + urging.facts_words(facts)
    if receiver := facts.get("receiver"):
        parts.append(f"người nhận: {receiver}")
    if isinstance(note := facts.get("note"), str):
        parts.append(note)
    if reason := facts.get("no_id_reason"):
        parts.append(f"không có giấy tờ: {reason}" if isinstance(reason, str) else "")
    if copy := facts.get("print"):
        parts.append(f"bản in thứ {copy}")
    return "; ".join(filter(None, parts))


def _of_result(facts: Mapping[str, Any]) -> list[str]:
    """Which it is, in time or not, whether paper was needed, whether it is digitised, how it is returned."""
    parts = []
    if kind := facts.get("result"):
        number = f", số {facts['number']}" if facts.get("number") else ""
        parts.append(f"Kết quả: {label(ResultKind(kind))}{number}")
    if finish := facts.get("class"):
        parts.append(label(FinishClass(finish)))
    if (electronic := facts.get("electronic")) is not None:
        parts.append("hoàn toàn điện tử" if electronic else "có bước hoặc kết quả bằng giấy")
    if isinstance(digitised := facts.get("result_digitised"), bool):
        parts.append(f"kết quả {RESULT_DIGITISED[digitised]}")
    if method := facts.get("method"):
        parts.append(label(ReturnMethod(method)))
    return parts


def _of_reception(facts: Mapping[str, Any]) -> list[str]:
    """What an answer before acceptance, or a word on what its source has not said yet, says besides."""
    parts = []
    if reply_by := facts.get("reply_by"):
        parts.append(f"hạn bổ sung {day(dt.date.fromisoformat(reply_by))}")
    if resolved_on := facts.get("resolved_on"):
        parts.append(f"đã giải quyết ngày {day(dt.date.fromisoformat(resolved_on))}")
    if facts.get("again") is True:
        parts.append("yêu cầu bổ sung lần nữa")
    if (number := facts.get("round", 0)) > 1:
        parts.append(f"lượt trả lời {number}")
    return parts


def _handed(facts: Mapping[str, Any]) -> list[str]:
    """What a hand-over, a match or a collection adds: whether it waits, where, by what right and paper."""
    parts = []
    if other := facts.get("code"):  # of the same dossier in another system
        parts.append(f"mã kia {other}")
    if facts.get("awaits"):
        parts.append("chờ nơi nhận xác nhận")
    if place := facts.get("place"):
        parts.append(str(place))
    if sent_at := facts.get("sent_at"):
        parts.append(f"đơn vị chuyển về lúc {moment(dt.datetime.fromisoformat(sent_at))}")
    if authority := facts.get("authority"):
        parts.append(label(CollectAuthority(authority)).lower())
    if paper := facts.get("paper"):
        parts.append(f"số {paper}")
    if paper_on := facts.get("paper_on"):
        parts.append(f"ngày {day(dt.date.fromisoformat(paper_on))}")
    return parts


def _said(name: str, value: Any) -> str | None:
    if value in (None, ""):
        return None
    if isinstance(value, list):
        return "; ".join(value) or None
    if name in _VALUES:
        return _VALUES[name].get(value, str(value))
    if name == "state":
        return label(State(value))
    if name.endswith("_at"):
        return moment(dt.datetime.fromisoformat(value))
    return str(value)
