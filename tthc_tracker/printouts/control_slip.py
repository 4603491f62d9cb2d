"""Phiếu kiểm soát quá trình giải quyết hồ sơ: who gave the dossier to whom, when, and whether in time.

A5 by law, A4 for offices without A5 paper; what the tracker knows is filled in, the rest is left to pens.
"""

from collections.abc import Sequence
from typing import Any

from tthc_tracker.domain.handovers import HandoverAnswer
from tthc_tracker.domain.lifecycle import FinishClass
from tthc_tracker.printouts.printout import Printout, several
from tthc_tracker.printouts.receipt import Size, head_data
from tthc_tracker.queries.controlslips import ControlSheet, Passage
from tthc_tracker.wording.formats import spoken_moment
from tthc_tracker.wording.labels import label

LEAST = 4  # hand-overs that the slip has room for: what is still to come is filled in by hand
BY_PEN = "… giờ … phút, ngày … tháng … năm ……"
ANSWERS = {
    HandoverAnswer.REJECTED: "Bên nhận không nhận",
    HandoverAnswer.TAKEN_BACK: "Bên giao đã lấy lại",
    HandoverAnswer.LAPSED: "Hồ sơ kết thúc trước khi bên nhận xác nhận",
}


def paper(sheet: ControlSheet, size: Size = "a5") -> Printout:
    """The slip before it is set."""
    return Printout("control_slip", slip_data(sheet, size), sheet.accepted_at)


def together(papers: Sequence[Printout]) -> Printout:
    """Several slips in one file, each as it is set alone."""
    return several("control_slips", f"{len(papers)} phiếu kiểm soát", papers)


def slip_data(sheet: ControlSheet, size: Size) -> dict[str, Any]:
    """What the form reads: every value in the words that are printed."""
    blank = [_blank() for _ in range(max(1, LEAST - len(sheet.passages)))]
    due = [("Hẹn trả kết quả", spoken_moment(sheet.due_at))] if sheet.due_at else []
    fields = [
        ("Kèm theo hồ sơ của", sheet.owner.name),
        ("Số điện thoại", sheet.owner.phone),
        ("Loại thủ tục", f"{sheet.procedure} (mã {sheet.procedure_code})"),
        ("Ngày nhận", spoken_moment(sheet.accepted_at)),
        *due,
    ]
    return head_data(sheet, sheet.accepted_at) | {
        "size": size,
        "lines": [{"label": words, "value": value} for words, value in fields],
        "passages": [*map(_passage, sheet.passages), *blank],
        "copy": "",
    }


def _passage(one: Passage) -> dict[str, Any]:
    undone = ANSWERS.get(one.answer) if one.answer else None
    said = [undone, one.reason if undone else "", one.note]
    return {
        "giver": one.giver,
        "taker": one.taker,
        "handed": spoken_moment(one.handed_at),
        "taken": spoken_moment(one.answered_at) if one.answered_at and not undone else "",
        "handed_by": one.handed_by,
        "taken_by": "" if undone else one.answered_by,
        "results": [
            [label(kind), "" if undone else ("x" if one.result is kind else "")] for kind in FinishClass
        ],
        "note": ". ".join(filter(None, said)),
    }


def _blank() -> dict[str, Any]:
    results = [[label(kind), ""] for kind in FinishClass]
    return {
        "giver": "", "taker": "", "handed": BY_PEN, "taken": "", "handed_by": "", "taken_by": "",
        "results": results, "note": "",
    }  # fmt: skip
