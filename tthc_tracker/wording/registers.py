"""The columns of a desk's book: those of prints in real use and of the form known before, together."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from tthc_tracker.domain.lifecycle import FinishClass, ResultKind, State
from tthc_tracker.wording.formats import day
from tthc_tracker.wording.labels import label
from tthc_tracker.wording.receptions import copies

DATES, GIVEN = "Ngày, tháng, năm", "Trả kết quả"
SAID = frozenset({State.WITHDRAWN, State.STOPPED, State.CANCELLED})


@dataclass(frozen=True)
class BookColumn:
    """A column. share: of the width; group: what stands above it and its neighbours."""

    key: str
    head: str
    share: float
    text: Callable[[Any], str]
    group: str = ""


def _note(line: Any) -> str:
    if line.state in SAID:
        return label(line.state)
    said = [copies(line.quantity)] if line.quantity else []
    said += [label(line.result_kind)] if line.result_kind is ResultKind.REFUSED else []
    return "; ".join(said + ([label(line.finish_class)] if line.finish_class is FinishClass.LATE else []))


def _when(moment: Any) -> str:
    return day(moment) if moment else ""


def _how(line: Any) -> str:
    """How it was returned; before that, how the applicant has asked for it."""
    if line.method:
        return label(line.method)
    return "Đăng ký qua bưu chính" if line.by_post else "Đăng ký trực tuyến" if line.by_portal else ""


ALWAYS = ("number", "code")
EVERY = (
    BookColumn("number", "STT", 0.6, lambda line: str(line.number)),
    BookColumn("code", "Mã hồ sơ", 1.5, lambda line: line.code),
    BookColumn("procedure", "Tên thủ tục hành chính", 2.2, lambda line: line.procedure),
    BookColumn("sets", "Số lượng (bộ)", 0.65, lambda line: str(line.sets)),
    BookColumn("owner", "Tên cá nhân, tổ chức", 1.5, lambda line: line.owner),
    BookColumn("address", "Địa chỉ", 1.6, lambda line: line.address),
    BookColumn("phone", "Số điện thoại", 1.1, lambda line: line.phone),
    BookColumn("resolving", "Cơ quan chủ trì giải quyết", 1.5, lambda line: line.resolving),
    BookColumn("accepted", "Nhận hồ sơ", 1.05, lambda line: day(line.accepted_at), DATES),
    BookColumn("due", "Hẹn trả", 1.05, lambda line: _when(line.due_at), DATES),
    BookColumn("returned", "Trả", 1.05, lambda line: _when(line.returned_at), DATES),
    BookColumn("method", "Phương thức nhận", 1.0, _how, GIVEN),
    BookColumn("giver", "Bên giao", 1.1, lambda line: line.given_by, GIVEN),
    BookColumn("receiver", "Bên nhận", 1.2, lambda line: line.receiver, GIVEN),
    BookColumn("signed", "Ký nhận", 0.9, lambda _line: "", GIVEN),
    BookColumn("clerk", "Người nhận hồ sơ", 1.1, lambda line: line.clerk),
    BookColumn("note", "Ghi chú", 1.0, _note),
)


def chosen(keys: Iterable[str]) -> tuple[BookColumn, ...]:
    """The columns of these keys in the book's order; without any, all. Number and code always stand."""
    wanted = set(keys)
    if not wanted:
        return EVERY
    return tuple(column for column in EVERY if column.key in wanted or column.key in ALWAYS)
