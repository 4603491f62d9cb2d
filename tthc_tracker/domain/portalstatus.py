"""How other systems name the states of a dossier, and which way a file of theirs may move one."""

from __future__ import annotations

from tthc_tracker.domain.lifecycle import OPEN, WAITING, State

PORTAL_STATUS: dict[State, int | None] = {
    State.REGISTERED: 1,
    State.RECEIVED: 2,
    State.REFUSED: 3,
    State.PROCESSING: 4,
    State.AWAITING_SUPPLEMENT: 5,
    State.AWAITING_PAYMENT: 6,
    State.WITHDRAWAL_ASKED: 7,
    State.WITHDRAWN: 7,
    State.STOPPING: 8,
    State.STOPPED: 8,
    State.FINISHED: 9,
    State.RETURNED: 10,
    State.CANCELLED: None,
}
"""TrangThaiHoSo of each state; a cancelled dossier has none."""

_STATE_OF_STATUS: dict[int, State] = {
    1: State.REGISTERED,
    2: State.RECEIVED,
    4: State.PROCESSING,
    5: State.AWAITING_SUPPLEMENT,
    6: State.AWAITING_PAYMENT,
    9: State.FINISHED,
    10: State.RETURNED,
}


def state_of_portal(status: int, *, accepted: bool, decided: bool) -> State | None:
    """The state of a portal status (TrangThaiHoSo), or None for a number that is none.

    accepted: the row bears an acceptance moment, so 3 is a result and the dossier is finished.
    decided: it bears the date of the decision, without which 7 and 8 are only asked for: the dossier is open.
    """
    match status:
        case 3:
            return State.FINISHED if accepted else State.REFUSED
        case 7:
            return State.WITHDRAWN if decided else State.WITHDRAWAL_ASKED
        case 8:
            return State.STOPPED if decided else State.STOPPING
        case _:
            return _STATE_OF_STATUS.get(status)


_AFTER_ACCEPTANCE = OPEN - {State.RECEIVED} | {
    State.FINISHED,
    State.RETURNED,
    State.WITHDRAWN,
    State.STOPPED,
}

FORWARD: dict[State, frozenset[State]] = {
    State.REGISTERED: frozenset(State) - {State.REGISTERED, State.CANCELLED},
    State.AWAITING_SUPPLEMENT: _AFTER_ACCEPTANCE | {State.RECEIVED},
    State.AWAITING_PAYMENT: _AFTER_ACCEPTANCE | {State.RECEIVED},
    State.RECEIVED: _AFTER_ACCEPTANCE,
    State.PROCESSING: _AFTER_ACCEPTANCE,
    State.WITHDRAWAL_ASKED: _AFTER_ACCEPTANCE,
    State.STOPPING: _AFTER_ACCEPTANCE,
    State.STOPPED: _AFTER_ACCEPTANCE,
    State.FINISHED: frozenset({State.RETURNED}),
    State.RETURNED: frozenset(),
    State.REFUSED: frozenset(),
    State.WITHDRAWN: frozenset(),
    State.CANCELLED: frozenset(),
}
"""Where a later file of one source may move a dossier; files skip steps, so this is the table's closure."""

_FORWARD_IF_UNACCEPTED = frozenset({State.REGISTERED, State.REFUSED})


def is_forward(old: State, new: State, *, accepted: bool = True) -> bool:
    """True if a source may say `new` of a dossier that stood in `old`; anything else is a conflict.

    accepted: the dossier was accepted already. Before, an answered supplement goes back to the desk's queue.
    """
    if old is new or new in FORWARD[old]:
        return True
    return not accepted and old in WAITING and new in _FORWARD_IF_UNACCEPTED
