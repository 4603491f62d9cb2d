"""The life of a dossier: its states, what may be done in each and by whom, in one table (domain rule 4)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from enum import StrEnum

from tthc_tracker.domain.errors import AtItsSource, NotAllowed, NotNow
from tthc_tracker.domain.handovers import Handing
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.domain.processes import NO_STEPS, StepStanding


class State(StrEnum):
    """Where a dossier stands; `portalstatus.PORTAL_STATUS` gives the exchange number of each."""

    REGISTERED = "registered"
    AWAITING_SUPPLEMENT = "awaiting_supplement"
    AWAITING_PAYMENT = "awaiting_payment"
    RECEIVED = "received"
    PROCESSING = "processing"
    FINISHED = "finished"
    RETURNED = "returned"
    REFUSED = "refused"  # before acceptance; afterwards a refusal is a result of a finished dossier
    WITHDRAWAL_ASKED = "withdrawal_asked"  # portal 7 without the date of the decision: still open
    WITHDRAWN = "withdrawn"
    STOPPING = "stopping"  # portal 8 without the date of the decision: still open
    STOPPED = "stopped"
    CANCELLED = "cancelled"  # entered by mistake: outside all statistics


class SourceKind(StrEnum):
    """Whose facts a dossier's facts are: ours, or those of a system that we mirror."""

    HOME = "home"
    MIRROR = "mirror"


class Channel(StrEnum):
    """How a dossier was filed (KenhThucHien)."""

    COUNTER = "counter"
    ONLINE = "online"
    POST = "post"


class ApplicantKind(StrEnum):
    """Who files (LoaiDoiTuong)."""

    CITIZEN = "citizen"
    BUSINESS = "business"
    STATE_BODY = "state_body"
    OTHER_ORGANISATION = "other_organisation"


class ResultKind(StrEnum):
    """What a finished dossier came to; a refusal after acceptance is a result with a deadline."""

    GRANTED = "granted"
    REFUSED = "refused"
    OTHER = "other"


class ReturnMethod(StrEnum):
    """How the result reaches the applicant (HinhThuc)."""

    COUNTER = "counter"
    POST = "post"
    ONLINE = "online"


class FinishClass(StrEnum):
    """Classes at finish: day limits by date, hour limits late by moment (domain rule 3)."""

    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"


class Action(StrEnum):
    """What a person can do to a dossier."""

    RECEIVE = "receive"
    REGISTER = "register"
    ACCEPT = "accept"
    ASK_SUPPLEMENT = "ask_supplement"
    ASK_PAYMENT = "ask_payment"
    ASK_OPINION = "ask_opinion"
    PAUSE = "pause"
    REFUSE = "refuse"
    RESUBMIT = "resubmit"
    MARK_AT_SOURCE = "mark_at_source"
    ASSIGN = "assign"
    HAND_OVER = "hand_over"
    SEND_BACK = "send_back"
    NEXT_STEP = "next_step"
    RETURN_STEP = "return_step"
    CONFIRM_HANDOVER = "confirm_handover"
    REJECT_HANDOVER = "reject_handover"
    TAKE_BACK = "take_back"
    SEND_RESULT = "send_result"
    CONFIRM_RESULT = "confirm_result"
    RESUME = "resume"
    FINISH = "finish"
    REOPEN = "reopen"
    REMIND = "remind"
    RETURN_RESULT = "return_result"
    NOTE_DIGITISED = "note_digitised"
    WITHDRAW = "withdraw"
    STOP = "stop"
    CORRECT_RECEPTION = "correct_reception"
    CORRECT_AT_WORK = "correct_at_work"
    CANCEL = "cancel"
    REPRINT_RECEIPT = "reprint_receipt"
    NOTE = "note"
    URGE = "urge"
    APOLOGISE = "apologise"
    EDIT_APOLOGY = "edit_apology"
    APPROVE_APOLOGY = "approve_apology"
    REJECT_APOLOGY = "reject_apology"
    EXPLAIN_LATENESS = "explain_lateness"
    DISPUTE = "dispute"


class EventKind(StrEnum):
    """What has happened to a dossier: one append-only row each."""

    REGISTERED = "registered"
    RECEIVED = "received"
    SUPPLEMENT_ASKED = "supplement_asked"
    RESUBMITTED = "resubmitted"
    REFUSED = "refused"
    ASSIGNED = "assigned"
    HANDED_OVER = "handed_over"
    SENT_BACK = "sent_back"
    STEP_RETURNED = "step_returned"
    HANDOVER_CONFIRMED = "handover_confirmed"
    HANDOVER_REJECTED = "handover_rejected"
    TAKEN_BACK = "taken_back"
    RESULT_SENT = "result_sent"
    PAUSED = "paused"
    RESUMED = "resumed"
    DUE_CHANGED = "due_changed"
    FINISHED = "finished"
    REOPENED = "reopened"
    REMINDED = "reminded"
    RATED = "rated"
    RETURNED = "returned"
    RESULT_DIGITISED = "result_digitised"  # or said to be not
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"
    CORRECTED = "corrected"
    CORRECTED_AT_WORK = "corrected_at_work"
    CANCELLED = "cancelled"
    REPRINTED = "reprinted"
    NOTED = "noted"
    URGED = "urged"
    IMPORTED = "imported"
    SOURCE_UPDATED = "source_updated"
    TRANSFERRED = "transferred"
    APOLOGY_DRAFTED = "apology_drafted"
    APOLOGY_EDITED = "apology_edited"
    APOLOGY_REJECTED = "apology_rejected"
    REAPPOINTED = "reappointed"
    LATENESS_EXPLAINED = "lateness_explained"
    PERSONAL_ERASED = "personal_erased"
    MARKED_AT_SOURCE = "marked_at_source"  # accepted over there, says the desk; the file has not come yet
    DISPUTED = "disputed"  # resolved over there, says the head
    DISPUTE_ENDED = "dispute_ended"
    MATCHED = "matched"  # another system shows it too
    MERGED = "merged"  # it stands within another dossier
    SEPARATED = "separated"  # a match undone, on either side
    SIGHTED = "sighted"  # what the other system says of it has changed


WAITING = frozenset({State.AWAITING_SUPPLEMENT, State.AWAITING_PAYMENT})
UNDECIDED = frozenset({State.WITHDRAWAL_ASKED, State.STOPPING})
AT_WORK = frozenset({State.RECEIVED, State.PROCESSING})
OPEN = AT_WORK | WAITING | UNDECIDED
"""Open once accepted; before acceptance the waiting states are reception's."""
ANSWERABLE = frozenset({State.REGISTERED}) | WAITING  # what the desk may answer before acceptance
REJECTED = frozenset({State.REFUSED, State.CANCELLED})
CLOSED = frozenset({State.FINISHED, State.RETURNED, State.WITHDRAWN, State.STOPPED}) | REJECTED


class Condition(StrEnum):
    """What must hold of the dossier besides its state."""

    ALWAYS = "always"
    UNACCEPTED = "unaccepted"
    ACCEPTED = "accepted"
    UNTOUCHED = "untouched"
    WORK_BEGUN = "work_begun"
    NOT_LATE_OR_CONSENT = "not_late_or_consent"
    MIRRORED = "mirrored"
    AWAY = "away"
    PAPERS_TO_US = "papers_to_us"
    RESULT_TO_US = "result_to_us"
    HANDED_TO_US = "handed_to_us"
    HANDED_BY_US = "handed_by_us"
    NO_RESULT_ON_ITS_WAY = "no_result_on_its_way"
    STEP_FOLLOWS = "step_follows"
    STEP_PRECEDES = "step_precedes"
    NOT_PAUSED = "not_paused"
    PAUSED = "paused"
    NOT_REAPPOINTED = "not_reappointed"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the table asks of a dossier besides its state.

    accepted: it has an acceptance moment; untouched: nobody has acted on it since its last change of state;
    late: its due date has passed; mirrored: its facts are another system's; handing: what is on its way to
    whom, as the person meets it; away: a unit or an officer holds it, and not yet its result; steps: where it
    is in its electronic process; paused: a pause of ours is open, its clock standing or not; reappointed: it
    has its one second date.
    """

    accepted: bool = True
    untouched: bool = False
    late: bool = False
    mirrored: bool = False
    handing: Handing = Handing.NONE
    away: bool = False
    steps: StepStanding = NO_STEPS
    paused: bool = False
    reappointed: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the table: from these states, this action, to that state (None: it stays where it is)."""

    action: Action
    sources: frozenset[State]
    becomes: State | None
    permission: Permission
    event: EventKind
    condition: Condition = Condition.ALWAYS
    on_mirror: bool = False


def _move(
    action: Action, sources: Collection[State], becomes: State | None, permission: Permission,
    event: EventKind, condition: Condition = Condition.ALWAYS, *, on_mirror: bool = False,
) -> Move:  # fmt: skip
    return Move(action, frozenset(sources), becomes, permission, event, condition, on_mirror)


_A, _S, _P, _E, _C = Action, State, Permission, EventKind, Condition
_ANY = frozenset(State)

# fmt: off
MOVES: tuple[Move, ...] = (
    # reception
    _move(_A.ACCEPT, ANSWERABLE, _S.RECEIVED, _P.RECEIVE_DOSSIERS, _E.RECEIVED, _C.UNACCEPTED),
    _move(_A.ASK_SUPPLEMENT, {_S.REGISTERED}, _S.AWAITING_SUPPLEMENT, _P.RECEIVE_DOSSIERS,
          _E.SUPPLEMENT_ASKED),
    _move(_A.RESUBMIT, WAITING, _S.REGISTERED, _P.RECEIVE_DOSSIERS, _E.RESUBMITTED, _C.UNACCEPTED),
    _move(_A.MARK_AT_SOURCE, {_S.REGISTERED}, None, _P.RECEIVE_DOSSIERS, _E.MARKED_AT_SOURCE, _C.MIRRORED,
          on_mirror=True),
    _move(_A.ASK_PAYMENT, {_S.REGISTERED}, _S.AWAITING_PAYMENT, _P.RECEIVE_DOSSIERS, _E.PAUSED),
    _move(_A.REFUSE, ANSWERABLE, _S.REFUSED, _P.RECEIVE_DOSSIERS, _E.REFUSED, _C.UNACCEPTED),
    # work
    _move(_A.ASSIGN, AT_WORK, _S.PROCESSING, _P.ASSIGN_DOSSIERS, _E.ASSIGNED, on_mirror=True),
    _move(_A.ASSIGN, WAITING | UNDECIDED, None, _P.ASSIGN_DOSSIERS, _E.ASSIGNED, _C.ACCEPTED, on_mirror=True),
    _move(_A.HAND_OVER, AT_WORK, _S.PROCESSING, _P.HAND_OVER, _E.HANDED_OVER),
    _move(_A.SEND_BACK, AT_WORK, _S.PROCESSING, _P.HAND_OVER, _E.SENT_BACK, _C.AWAY),
    _move(_A.NEXT_STEP, AT_WORK, _S.PROCESSING, _P.HAND_OVER, _E.HANDED_OVER, _C.STEP_FOLLOWS),
    _move(_A.RETURN_STEP, AT_WORK, _S.PROCESSING, _P.HAND_OVER, _E.STEP_RETURNED, _C.STEP_PRECEDES),
    _move(_A.CONFIRM_HANDOVER, OPEN, None, _P.HAND_OVER, _E.HANDOVER_CONFIRMED, _C.PAPERS_TO_US),
    _move(_A.CONFIRM_RESULT, OPEN, _S.FINISHED, _P.FINISH_DOSSIER, _E.FINISHED, _C.RESULT_TO_US),
    _move(_A.REJECT_HANDOVER, OPEN, None, _P.HAND_OVER, _E.HANDOVER_REJECTED, _C.HANDED_TO_US),
    _move(_A.TAKE_BACK, OPEN, None, _P.HAND_OVER, _E.TAKEN_BACK, _C.HANDED_BY_US),
    _move(_A.ASK_SUPPLEMENT, AT_WORK, _S.AWAITING_SUPPLEMENT, _P.PAUSE_DOSSIER, _E.SUPPLEMENT_ASKED,
          _C.NOT_PAUSED),
    _move(_A.ASK_PAYMENT, AT_WORK, _S.AWAITING_PAYMENT, _P.PAUSE_DOSSIER, _E.PAUSED, _C.NOT_PAUSED),
    _move(_A.ASK_OPINION, AT_WORK, _S.PROCESSING, _P.PAUSE_DOSSIER, _E.PAUSED, _C.NOT_PAUSED),
    _move(_A.PAUSE, AT_WORK, _S.PROCESSING, _P.PAUSE_DOSSIER, _E.PAUSED, _C.NOT_PAUSED),
    _move(_A.RESUME, WAITING, _S.PROCESSING, _P.PAUSE_DOSSIER, _E.RESUMED, _C.ACCEPTED),
    _move(_A.RESUME, AT_WORK, _S.PROCESSING, _P.PAUSE_DOSSIER, _E.RESUMED, _C.PAUSED),
    _move(_A.RESUME, UNDECIDED | {_S.STOPPED}, _S.PROCESSING, _P.WITHDRAW_DOSSIER, _E.RESUMED, _C.ACCEPTED),
    # release
    _move(_A.SEND_RESULT, AT_WORK, _S.PROCESSING, _P.FINISH_DOSSIER, _E.RESULT_SENT, _C.AWAY),
    _move(_A.FINISH, OPEN, _S.FINISHED, _P.FINISH_DOSSIER, _E.FINISHED, _C.NO_RESULT_ON_ITS_WAY),
    _move(_A.REOPEN, {_S.FINISHED}, _S.PROCESSING, _P.FINISH_DOSSIER, _E.REOPENED, _C.UNTOUCHED),
    _move(_A.REMIND, {_S.FINISHED}, None, _P.RETURN_RESULT, _E.REMINDED),
    _move(_A.RETURN_RESULT, {_S.FINISHED}, _S.RETURNED, _P.RETURN_RESULT, _E.RETURNED),
    _move(_A.NOTE_DIGITISED, {_S.FINISHED, _S.RETURNED}, None, _P.FINISH_DOSSIER, _E.RESULT_DIGITISED),
    _move(_A.WITHDRAW, OPEN | {_S.REGISTERED}, _S.WITHDRAWN, _P.WITHDRAW_DOSSIER, _E.WITHDRAWN),
    _move(_A.STOP, OPEN, _S.STOPPED, _P.WITHDRAW_DOSSIER, _E.STOPPED, _C.ACCEPTED),
    # corrections
    _move(_A.CORRECT_RECEPTION, {_S.RECEIVED}, None, _P.CORRECT_RECEPTION, _E.CORRECTED, _C.UNTOUCHED),
    _move(_A.CORRECT_AT_WORK, OPEN, None, _P.CORRECT_AT_WORK, _E.CORRECTED_AT_WORK, _C.WORK_BEGUN),
    _move(_A.CANCEL, OPEN | {_S.REGISTERED}, _S.CANCELLED, _P.CANCEL_LATE_DOSSIER, _E.CANCELLED),
    _move(_A.CANCEL, OPEN | {_S.REGISTERED}, _S.CANCELLED, _P.CANCEL_DOSSIER, _E.CANCELLED,
          _C.NOT_LATE_OR_CONSENT),
    # paper and remarks
    _move(_A.REPRINT_RECEIPT, _ANY - REJECTED, None, _P.PRINT_RECEIPT, _E.REPRINTED, _C.ACCEPTED),
    _move(_A.NOTE, _ANY, None, _P.ADD_NOTE, _E.NOTED, on_mirror=True),
    _move(_A.URGE, OPEN | {_S.REGISTERED}, None, _P.ADD_NOTE, _E.URGED, on_mirror=True),
    # apology, second date, lateness
    _move(_A.APOLOGISE, OPEN, None, _P.DRAFT_APOLOGIES, _E.APOLOGY_DRAFTED, _C.NOT_REAPPOINTED,
          on_mirror=True),
    _move(_A.EDIT_APOLOGY, OPEN, None, _P.DRAFT_APOLOGIES, _E.APOLOGY_EDITED, _C.NOT_REAPPOINTED,
          on_mirror=True),
    _move(_A.APPROVE_APOLOGY, OPEN, None, _P.DECIDE_APOLOGIES, _E.REAPPOINTED, _C.NOT_REAPPOINTED,
          on_mirror=True),
    _move(_A.REJECT_APOLOGY, OPEN, None, _P.DECIDE_APOLOGIES, _E.APOLOGY_REJECTED, _C.NOT_REAPPOINTED,
          on_mirror=True),
    _move(_A.EXPLAIN_LATENESS, OPEN | {_S.FINISHED, _S.RETURNED}, None, _P.ADD_NOTE, _E.LATENESS_EXPLAINED,
          _C.LATE, on_mirror=True),
    _move(_A.DISPUTE, OPEN | {_S.REGISTERED}, None, _P.DISPUTE_SOURCE, _E.DISPUTED, _C.MIRRORED,
          on_mirror=True),
)
# fmt: on
"""The whole life once a dossier exists; where several rows fit, the first decides. Its birth is `BIRTH`."""

BIRTH = _move(_A.RECEIVE, (), _S.RECEIVED, _P.RECEIVE_DOSSIERS, _E.RECEIVED)
REGISTRATION = _move(_A.REGISTER, (), _S.REGISTERED, _P.RECEIVE_DOSSIERS, _E.REGISTERED)
"""The other birth: online or by post, not answered yet."""


_IN_HAND = frozenset({Handing.NONE, Handing.PAPERS_TO_US})  # nothing of ours waits for somebody else's answer

_HOLDS: dict[Condition, Callable[[Circumstances], bool]] = {
    Condition.ALWAYS: lambda _: True,
    Condition.UNACCEPTED: lambda its: not its.accepted,
    Condition.ACCEPTED: lambda its: its.accepted,
    Condition.UNTOUCHED: lambda its: its.untouched,
    Condition.WORK_BEGUN: lambda its: its.accepted and not its.untouched,
    Condition.NOT_LATE_OR_CONSENT: lambda its: not its.late,
    Condition.MIRRORED: lambda its: its.mirrored,
    Condition.AWAY: lambda its: its.away,
    Condition.PAPERS_TO_US: lambda its: its.handing is Handing.PAPERS_TO_US,
    Condition.RESULT_TO_US: lambda its: its.handing is Handing.RESULT_TO_US,
    Condition.HANDED_TO_US: lambda its: its.handing.to_us,
    Condition.HANDED_BY_US: lambda its: its.handing.by_us,
    Condition.NO_RESULT_ON_ITS_WAY: lambda its: its.accepted and not its.handing.of_result,
    Condition.STEP_FOLLOWS: lambda its: its.steps.follows and its.handing in _IN_HAND,
    Condition.STEP_PRECEDES: lambda its: its.steps.precedes and its.handing in _IN_HAND,
    Condition.NOT_PAUSED: lambda its: its.accepted and not its.paused and not its.handing.of_result,
    Condition.PAUSED: lambda its: its.paused,
    Condition.NOT_REAPPOINTED: lambda its: its.accepted and not its.reappointed,
    Condition.LATE: lambda its: its.accepted and its.late,
}


def _holds(move: Move, permissions: Collection[Permission], circumstances: Circumstances) -> bool:
    consented = (
        move.condition is Condition.NOT_LATE_OR_CONSENT and Permission.CANCEL_LATE_DOSSIER in permissions
    )
    return consented or _HOLDS[move.condition](circumstances)


def _rows(state: State, action: Action | None, circumstances: Circumstances) -> tuple[Move, ...]:
    fitting = (move for move in MOVES if state in move.sources and action in (None, move.action))
    return tuple(move for move in fitting if move.on_mirror or not circumstances.mirrored)


def allowed_actions(
    state: State, permissions: Collection[Permission], *, circumstances: Circumstances
) -> tuple[Action, ...]:
    """What this person may do to this dossier now, in the order of the table, each action once.

    permissions are those on this very dossier (`permissions.permissions_on`). A screen offers those for which
    it has a form.
    """
    actions = (
        move.action
        for move in _rows(state, None, circumstances)
        if move.permission in permissions and _holds(move, permissions, circumstances)
    )
    return tuple(dict.fromkeys(actions))


def move_of(
    state: State, action: Action, permissions: Collection[Permission], *, circumstances: Circumstances
) -> Move:
    """The row of the table that this action would follow now.

    Raises NotAllowed without the permission, NotNow if it cannot be done now (AtItsSource: done elsewhere).
    """
    if not (rows := _rows(state, action, circumstances)):
        ours = _rows(state, action, replace(circumstances, mirrored=False))
        raise (AtItsSource if ours else NotNow)(f"{action} is not possible in state {state}")
    if all(move.permission not in permissions for move in rows):
        raise NotAllowed(f"{action} needs {rows[0].permission}")
    for move in rows:
        if move.permission in permissions and _holds(move, permissions, circumstances):
            return move
    raise NotNow(f"{action} in state {state} asks for {rows[0].condition}")


def state_after(move: Move, state: State) -> State:
    """The state a dossier in `state` has after this move."""
    return state if move.becomes is None else move.becomes
