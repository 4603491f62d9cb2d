"""What may be done to a dossier in each state, and how other systems' statuses are read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tthc_tracker.domain.errors import AtItsSource, NotAllowed, NotNow
from tthc_tracker.domain.handovers import Handing
from tthc_tracker.domain.lifecycle import (
    BIRTH,
    CLOSED,
    MOVES,
    OPEN,
    REGISTRATION,
    WAITING,
    Action,
    Circumstances,
    EventKind,
    Move,
    State,
    allowed_actions,
    move_of,
    state_after,
)
from tthc_tracker.domain.permissions import PERMISSIONS_OF, Permission, Role
from tthc_tracker.domain.portalstatus import FORWARD, PORTAL_STATUS, is_forward, state_of_portal

EVERY_PERMISSION = frozenset(Permission)
CLERK = PERMISSIONS_OF[Role.CLERK]
FRESH = Circumstances(untouched=True)
TOUCHED = Circumstances()
UNACCEPTED = Circumstances(accepted=False)
LATE = Circumstances(late=True)
MIRRORED = Circumstances(mirrored=True)
AWAY = Circumstances(away=True)
PAPERS_TO_US = Circumstances(handing=Handing.PAPERS_TO_US)
PAUSED = Circumstances(paused=True)
RESULT_TO_US = Circumstances(handing=Handing.RESULT_TO_US)
RESULT_BY_US = Circumstances(handing=Handing.RESULT_BY_US)

MOVED = {
    "accept an online dossier": (State.REGISTERED, Action.ACCEPT, UNACCEPTED, State.RECEIVED),
    "accept what was completed": (State.AWAITING_SUPPLEMENT, Action.ACCEPT, UNACCEPTED, State.RECEIVED),
    "ask before acceptance": (
        State.REGISTERED,
        Action.ASK_SUPPLEMENT,
        UNACCEPTED,
        State.AWAITING_SUPPLEMENT,
    ),
    "put back what was completed": (
        State.AWAITING_SUPPLEMENT,
        Action.RESUBMIT,
        UNACCEPTED,
        State.REGISTERED,
    ),
    "mark what its own source has answered": (
        State.REGISTERED,
        Action.MARK_AT_SOURCE,
        Circumstances(accepted=False, mirrored=True),
        State.REGISTERED,
    ),
    "refuse before acceptance": (State.REGISTERED, Action.REFUSE, UNACCEPTED, State.REFUSED),
    "assign": (State.RECEIVED, Action.ASSIGN, FRESH, State.PROCESSING),
    "assign while paused": (State.AWAITING_PAYMENT, Action.ASSIGN, TOUCHED, State.AWAITING_PAYMENT),
    "hand over": (State.PROCESSING, Action.HAND_OVER, TOUCHED, State.PROCESSING),
    "send back to the desk": (State.PROCESSING, Action.SEND_BACK, AWAY, State.PROCESSING),
    "confirm papers": (State.PROCESSING, Action.CONFIRM_HANDOVER, PAPERS_TO_US, State.PROCESSING),
    "confirm papers while paused": (
        State.AWAITING_PAYMENT,
        Action.CONFIRM_HANDOVER,
        PAPERS_TO_US,
        State.AWAITING_PAYMENT,
    ),
    "reject papers": (State.PROCESSING, Action.REJECT_HANDOVER, PAPERS_TO_US, State.PROCESSING),
    "take back what nobody has confirmed": (
        State.PROCESSING,
        Action.TAKE_BACK,
        Circumstances(handing=Handing.PAPERS_BY_US),
        State.PROCESSING,
    ),
    "send the result to the desk": (State.PROCESSING, Action.SEND_RESULT, AWAY, State.PROCESSING),
    "confirm a result, which finishes": (
        State.PROCESSING,
        Action.CONFIRM_RESULT,
        RESULT_TO_US,
        State.FINISHED,
    ),
    "reject a result": (State.PROCESSING, Action.REJECT_HANDOVER, RESULT_TO_US, State.PROCESSING),
    "finish though the papers are not confirmed": (
        State.PROCESSING,
        Action.FINISH,
        PAPERS_TO_US,
        State.FINISHED,
    ),
    "remind who has not collected": (State.FINISHED, Action.REMIND, TOUCHED, State.FINISHED),
    "ask at appraisal": (State.PROCESSING, Action.ASK_SUPPLEMENT, TOUCHED, State.AWAITING_SUPPLEMENT),
    "resume after payment": (State.AWAITING_PAYMENT, Action.RESUME, TOUCHED, State.PROCESSING),
    "resume what was stopped": (State.STOPPED, Action.RESUME, TOUCHED, State.PROCESSING),
    "ask for an opinion": (State.RECEIVED, Action.ASK_OPINION, FRESH, State.PROCESSING),
    "hold for a survey": (State.PROCESSING, Action.PAUSE, TOUCHED, State.PROCESSING),
    "go on after a survey": (State.PROCESSING, Action.RESUME, PAUSED, State.PROCESSING),
    "finish at once": (State.RECEIVED, Action.FINISH, FRESH, State.FINISHED),
    "refuse as a result while paused": (State.AWAITING_SUPPLEMENT, Action.FINISH, TOUCHED, State.FINISHED),
    "reopen what nobody has acted on": (State.FINISHED, Action.REOPEN, FRESH, State.PROCESSING),
    "return": (State.FINISHED, Action.RETURN_RESULT, TOUCHED, State.RETURNED),
    "say that a returned result is digitised": (
        State.RETURNED,
        Action.NOTE_DIGITISED,
        TOUCHED,
        State.RETURNED,
    ),
    "withdraw before acceptance": (State.REGISTERED, Action.WITHDRAW, UNACCEPTED, State.WITHDRAWN),
    "decide a withdrawal": (State.WITHDRAWAL_ASKED, Action.WITHDRAW, TOUCHED, State.WITHDRAWN),
    "stop": (State.PROCESSING, Action.STOP, TOUCHED, State.STOPPED),
    "correct while untouched": (State.RECEIVED, Action.CORRECT_RECEPTION, FRESH, State.RECEIVED),
    "correct at work": (State.PROCESSING, Action.CORRECT_AT_WORK, TOUCHED, State.PROCESSING),
    "correct while the applicant is waited for": (
        State.AWAITING_SUPPLEMENT,
        Action.CORRECT_AT_WORK,
        PAUSED,
        State.AWAITING_SUPPLEMENT,
    ),
    "cancel": (State.PROCESSING, Action.CANCEL, TOUCHED, State.CANCELLED),
    "reprint for a returned dossier": (State.RETURNED, Action.REPRINT_RECEIPT, TOUCHED, State.RETURNED),
    "note on a cancelled dossier": (State.CANCELLED, Action.NOTE, TOUCHED, State.CANCELLED),
    "assign a mirrored dossier": (State.RECEIVED, Action.ASSIGN, MIRRORED, State.PROCESSING),
    "apologise for one that will be late": (
        State.PROCESSING,
        Action.APOLOGISE,
        TOUCHED,
        State.PROCESSING,
    ),
    "approve an apology at a source": (
        State.PROCESSING,
        Action.APPROVE_APOLOGY,
        MIRRORED,
        State.PROCESSING,
    ),
    "say why a finished one is late": (State.FINISHED, Action.EXPLAIN_LATENESS, LATE, State.FINISHED),
    "note on a mirrored dossier": (State.PROCESSING, Action.NOTE, MIRRORED, State.PROCESSING),
}


@pytest.mark.parametrize(("state", "action", "circumstances", "after"), MOVED.values(), ids=MOVED)
def test_a_move_is_possible(state: State, action: Action, circumstances: Circumstances, after: State) -> None:
    move = move_of(state, action, EVERY_PERMISSION, circumstances=circumstances)
    assert state_after(move, state) is after
    assert action in allowed_actions(state, EVERY_PERMISSION, circumstances=circumstances)


NOT_NOW = {
    "accept twice": (State.AWAITING_SUPPLEMENT, Action.ACCEPT, TOUCHED),
    "accept a mirrored dossier here": (
        State.REGISTERED,
        Action.ACCEPT,
        Circumstances(accepted=False, mirrored=True),
    ),
    "mark a dossier of our own": (State.REGISTERED, Action.MARK_AT_SOURCE, UNACCEPTED),
    "put back what was accepted": (State.AWAITING_SUPPLEMENT, Action.RESUBMIT, TOUCHED),
    "refuse after acceptance": (State.AWAITING_PAYMENT, Action.REFUSE, TOUCHED),
    "assign what was not accepted": (State.AWAITING_SUPPLEMENT, Action.ASSIGN, UNACCEPTED),
    "finish what was not accepted": (State.AWAITING_SUPPLEMENT, Action.FINISH, UNACCEPTED),
    "send back what lies at the desk": (State.PROCESSING, Action.SEND_BACK, TOUCHED),
    "confirm what nobody handed over": (State.PROCESSING, Action.CONFIRM_HANDOVER, TOUCHED),
    "confirm papers as a result": (State.PROCESSING, Action.CONFIRM_RESULT, PAPERS_TO_US),
    "confirm one's own result": (State.PROCESSING, Action.CONFIRM_RESULT, RESULT_BY_US),
    "confirm what goes to others": (
        State.PROCESSING,
        Action.CONFIRM_HANDOVER,
        Circumstances(handing=Handing.PAPERS),
    ),
    "take back what others handed over": (
        State.PROCESSING,
        Action.TAKE_BACK,
        Circumstances(handing=Handing.PAPERS),
    ),
    "finish past the desk's confirmation": (State.PROCESSING, Action.FINISH, RESULT_BY_US),
    "send a mirrored dossier's result": (
        State.PROCESSING,
        Action.SEND_RESULT,
        Circumstances(mirrored=True, away=True),
    ),
    "remind before there is a result": (State.PROCESSING, Action.REMIND, TOUCHED),
    "pause what is paused": (State.PROCESSING, Action.PAUSE, PAUSED),
    "ask for a supplement while an opinion is waited for": (State.PROCESSING, Action.ASK_SUPPLEMENT, PAUSED),
    "pause what only waits for the desk": (State.PROCESSING, Action.ASK_PAYMENT, RESULT_BY_US),
    "go on with what was not paused": (State.PROCESSING, Action.RESUME, TOUCHED),
    "finish twice": (State.FINISHED, Action.FINISH, TOUCHED),
    "finish a mirrored dossier here": (State.PROCESSING, Action.FINISH, MIRRORED),
    "reopen what somebody has acted on": (State.FINISHED, Action.REOPEN, TOUCHED),
    "return before the result is there": (State.PROCESSING, Action.RETURN_RESULT, TOUCHED),
    "correct what was handed over": (State.PROCESSING, Action.CORRECT_RECEPTION, TOUCHED),
    "correct at work what nobody has begun": (State.RECEIVED, Action.CORRECT_AT_WORK, FRESH),
    "correct at work what is finished": (State.FINISHED, Action.CORRECT_AT_WORK, TOUCHED),
    "correct what was touched": (State.RECEIVED, Action.CORRECT_RECEPTION, TOUCHED),
    "withdraw what is finished": (State.FINISHED, Action.WITHDRAW, TOUCHED),
    "cancel what is closed": (State.RETURNED, Action.CANCEL, TOUCHED),
    "reprint what was refused": (State.REFUSED, Action.REPRINT_RECEIPT, TOUCHED),
    "receive what exists": (State.RECEIVED, Action.RECEIVE, FRESH),
}


@pytest.mark.parametrize(("state", "action", "circumstances"), NOT_NOW.values(), ids=NOT_NOW)
def test_a_move_is_not_possible_now(state: State, action: Action, circumstances: Circumstances) -> None:
    with pytest.raises(NotNow):
        move_of(state, action, EVERY_PERMISSION, circumstances=circumstances)
    assert action not in allowed_actions(state, EVERY_PERMISSION, circumstances=circumstances)


def test_what_is_done_at_its_source_is_told_apart_from_what_cannot_be_done() -> None:
    with pytest.raises(AtItsSource):
        move_of(State.FINISHED, Action.REMIND, EVERY_PERMISSION, circumstances=MIRRORED)
    with pytest.raises(NotNow) as never:
        move_of(State.RETURNED, Action.REMIND, EVERY_PERMISSION, circumstances=MIRRORED)
    assert never.type is NotNow


def test_what_is_late_is_cancelled_with_the_controllers_consent_only() -> None:
    with pytest.raises(NotNow):
        move_of(State.PROCESSING, Action.CANCEL, CLERK, circumstances=LATE)
    controller = PERMISSIONS_OF[Role.CONTROLLER]
    assert move_of(State.PROCESSING, Action.CANCEL, controller, circumstances=LATE).becomes is State.CANCELLED


def test_a_person_without_the_permission_may_not() -> None:
    with pytest.raises(NotAllowed):
        move_of(State.FINISHED, Action.RETURN_RESULT, PERMISSIONS_OF[Role.OFFICER], circumstances=FRESH)


def test_a_clerk_is_offered_what_the_table_gives_in_its_order() -> None:
    assert allowed_actions(State.RECEIVED, CLERK, circumstances=FRESH) == (
        Action.ASSIGN,
        Action.HAND_OVER,
        Action.ASK_SUPPLEMENT,
        Action.ASK_PAYMENT,
        Action.ASK_OPINION,
        Action.PAUSE,
        Action.FINISH,
        Action.WITHDRAW,
        Action.STOP,
        Action.CORRECT_RECEPTION,
        Action.CANCEL,
        Action.REPRINT_RECEIPT,
        Action.NOTE,
        Action.URGE,
        Action.APOLOGISE,
        Action.EDIT_APOLOGY,
    )


def test_an_auditor_is_offered_nothing() -> None:
    auditor = PERMISSIONS_OF[Role.AUDITOR]
    assert all(not allowed_actions(state, auditor, circumstances=FRESH) for state in State)


def test_the_table_speaks_of_every_action() -> None:
    assert {move.action for move in MOVES} | {BIRTH.action, REGISTRATION.action} == set(Action)
    assert {move.event for move in MOVES} <= set(EventKind)


def test_every_state_is_open_or_closed_or_waits_for_the_desk() -> None:
    assert OPEN | CLOSED | {State.REGISTERED} == set(State)
    assert not OPEN & CLOSED


_yes = st.booleans()
_circumstances = st.builds(Circumstances, _yes, _yes, _yes, _yes, st.sampled_from(Handing), _yes, paused=_yes)


@given(st.sampled_from(State), st.sampled_from(Role), _circumstances)
def test_what_is_offered_can_be_done_and_nothing_else(
    state: State, role: Role, circumstances: Circumstances
) -> None:
    permissions = PERMISSIONS_OF[role]
    offered = allowed_actions(state, permissions, circumstances=circumstances)
    for action in Action:
        try:
            move_of(state, action, permissions, circumstances=circumstances)
            possible = True
        except (NotNow, NotAllowed):
            possible = False
        assert (action in offered) is possible


_TAKES_BACK = (Action.REOPEN, Action.CANCEL)


@pytest.mark.parametrize(
    "move",
    [move for move in MOVES if move.action not in _TAKES_BACK],
    ids=lambda move: f"{move.action} from {', '.join(sorted(move.sources))}",
)
def test_what_people_do_here_a_source_may_do_too(move: Move) -> None:
    for source in move.sources:
        after = state_after(move, source)
        assert is_forward(source, after, accepted=after not in {State.REFUSED, State.REGISTERED})


STATUSES = {
    "1 is registered": (1, False, False, State.REGISTERED),
    "2 is received": (2, True, False, State.RECEIVED),
    "3 before acceptance is refused": (3, False, False, State.REFUSED),
    "3 after acceptance is a finished dossier": (3, True, True, State.FINISHED),
    "4 is being processed": (4, True, False, State.PROCESSING),
    "5 waits for a supplement": (5, True, False, State.AWAITING_SUPPLEMENT),
    "6 waits for payment": (6, False, False, State.AWAITING_PAYMENT),
    "7 decided is withdrawn": (7, True, True, State.WITHDRAWN),
    "7 undecided is open": (7, True, False, State.WITHDRAWAL_ASKED),
    "8 decided is stopped": (8, True, True, State.STOPPED),
    "8 undecided is open": (8, True, False, State.STOPPING),
    "9 is finished": (9, True, True, State.FINISHED),
    "10 is returned": (10, True, True, State.RETURNED),
    "0 is none": (0, True, True, None),
    "11 is none": (11, True, True, None),
}


@pytest.mark.parametrize(("status", "accepted", "decided", "state"), STATUSES.values(), ids=STATUSES)
def test_a_portal_status_is_read(status: int, accepted: bool, decided: bool, state: State | None) -> None:
    assert state_of_portal(status, accepted=accepted, decided=decided) is state


@pytest.mark.parametrize("state", [state for state in State if state is not State.CANCELLED])
def test_a_state_written_out_is_read_back(state: State) -> None:
    status = PORTAL_STATUS[state]
    assert status is not None
    assert state_of_portal(status, accepted=state is not State.REFUSED, decided=state in CLOSED) is state


def test_a_cancelled_dossier_has_no_portal_status() -> None:
    assert PORTAL_STATUS[State.CANCELLED] is None
    assert set(PORTAL_STATUS) == set(FORWARD) == set(State)


DIRECTIONS = {
    "nothing new": (State.FINISHED, State.FINISHED, True, True),
    "received to processing": (State.RECEIVED, State.PROCESSING, True, True),
    "received to returned, steps skipped": (State.RECEIVED, State.RETURNED, True, True),
    "finished to returned": (State.FINISHED, State.RETURNED, True, True),
    "stopped to processing again": (State.STOPPED, State.PROCESSING, True, True),
    "stopped to finished": (State.STOPPED, State.FINISHED, True, True),
    "an asked withdrawal taken back": (State.WITHDRAWAL_ASKED, State.PROCESSING, True, True),
    "completed before acceptance": (State.AWAITING_SUPPLEMENT, State.REGISTERED, False, True),
    "refused after the applicant's silence": (State.AWAITING_SUPPLEMENT, State.REFUSED, False, True),
    "registered to received": (State.REGISTERED, State.RECEIVED, False, True),
    "completed after acceptance is not registered": (
        State.AWAITING_SUPPLEMENT,
        State.REGISTERED,
        True,
        False,
    ),
    "processing to received": (State.PROCESSING, State.RECEIVED, True, False),
    "received to registered": (State.RECEIVED, State.REGISTERED, True, False),
    "finished to processing": (State.FINISHED, State.PROCESSING, True, False),
    "returned to finished": (State.RETURNED, State.FINISHED, True, False),
    "withdrawn to processing": (State.WITHDRAWN, State.PROCESSING, True, False),
    "refused to received": (State.REFUSED, State.RECEIVED, False, False),
    "registered to cancelled": (State.REGISTERED, State.CANCELLED, False, False),
    "cancelled to anything": (State.CANCELLED, State.PROCESSING, True, False),
}


@pytest.mark.parametrize(("old", "new", "accepted", "forward"), DIRECTIONS.values(), ids=DIRECTIONS)
def test_a_source_moves_a_dossier_forward_only(old: State, new: State, accepted: bool, forward: bool) -> None:
    assert is_forward(old, new, accepted=accepted) is forward


@pytest.mark.parametrize("state", State)
def test_files_skip_steps_so_forward_is_closed_under_composition(state: State) -> None:
    for middle in FORWARD[state] - WAITING:
        assert FORWARD[middle] <= FORWARD[state] | {state}


def test_a_second_date_is_given_once() -> None:
    """NĐ 61/2018 Đ19.9."""
    given = Circumstances(reappointed=True)
    for action in (Action.APOLOGISE, Action.EDIT_APOLOGY, Action.APPROVE_APOLOGY, Action.REJECT_APOLOGY):
        with pytest.raises(NotNow):
            move_of(State.PROCESSING, action, EVERY_PERMISSION, circumstances=given)


def test_the_cause_of_lateness_is_asked_of_what_is_late_only() -> None:
    with pytest.raises(NotNow):
        move_of(State.PROCESSING, Action.EXPLAIN_LATENESS, EVERY_PERMISSION, circumstances=TOUCHED)
