"""Which papers of a dossier a person may print from its page, and on which size."""

from collections.abc import Sequence

from tthc_tracker.domain.lifecycle import EventKind, ResultKind, State
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries.dossiers import DossierView, HistoryEntry
from tthc_tracker.web.access import may_open

SLIPS = {
    "online.refusal_slip": "Phiếu từ chối",
    "online.supplement_slip": "Phiếu yêu cầu bổ sung",
    "online.stop_slip": "Thông báo dừng",
}
_WRITTEN = {"round", "pause"}  # what an event keeps of a request that was put down here


def slip_of(view: DossierView, events: Sequence[HistoryEntry]) -> str | None:
    """The endpoint of the slip that belongs to where the dossier stands, if this person prints."""
    asked = (event.facts.keys() for event in events if event.kind is EventKind.SUPPLEMENT_ASKED)
    waits = view.dossier.accepted_at is None or view.dossier.state is State.AWAITING_SUPPLEMENT
    if view.mirrored or not may_open("online.supplement_slip"):
        return None
    if view.dossier.state is State.REFUSED or view.dossier.result_kind is ResultKind.REFUSED:
        return "online.refusal_slip"
    if view.dossier.state is State.STOPPED:
        return "online.stop_slip"
    return "online.supplement_slip" if waits and any(_WRITTEN & kept for kept in asked) else None


def of_dossier(
    view: DossierView,
    rights: frozenset[Permission],
    events: Sequence[HistoryEntry],
    slip: str | None,
    *,
    receipt: bool,
) -> list[tuple[str, str, str]]:
    """Papers about the dossier that this person may open: words, endpoint, size.

    The buttons above print on the law's A5; here are the other sizes.
    """
    found = [("Giấy tiếp nhận, A4", "reception.receipt", "a4")] if receipt else []
    found += [(f"{SLIPS[slip]}, A4", slip, "a4")] if slip else []
    apologised = any(event.kind is EventKind.REAPPOINTED for event in events)
    if apologised and Permission.DRAFT_APOLOGIES in rights and may_open("reappointing.letter"):
        found += [(f"Văn bản xin lỗi, {size.upper()}", "reappointing.letter", size) for size in ("a4", "a5")]
    if view.dossier.accepted_at and not view.mirrored and Permission.HAND_OVER in rights:
        found += [(f"Phiếu kiểm soát, {size.upper()}", "printing.control", size) for size in ("a5", "a4")]
    if Permission.VIEW_PERSONAL in rights:
        found.append(("Các bản đã in", "printing.copies", ""))
    return found
