"""Carry one act out on each of several dossiers, every row a transaction of its own."""

from dataclasses import dataclass
from functools import partial

from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.alertanswers import Fault, promise_fault
from tthc_tracker.domain.apologies import LatenessCause
from tthc_tracker.domain.errors import (
    ConflictingSubmission,
    DuplicateSubmission,
    InvalidInput,
    NotFound,
    RefusedUse,
)
from tthc_tracker.services import bulk, submissions
from tthc_tracker.services.acting import Target
from tthc_tracker.web import selection
from tthc_tracker.web.forms import whole
from tthc_tracker.web.lists import printing
from tthc_tracker.web.lists.acts import ACTS, FINISHES, Fields, One, promised
from tthc_tracker.web.unit_of_work import transaction
from tthc_tracker.wording import keptlists as words
from tthc_tracker.wording.alertanswers import PROMISE
from tthc_tracker.wording.batches import LOAD_AGAIN, REUSED, refusal
from tthc_tracker.wording.typeddates import NO_DAY

LONGEST_NOTE = 500


@dataclass(frozen=True)
class Outcome:
    """What became of a row."""

    code: str
    done: bool
    words: str


@dataclass(frozen=True)
class Done:
    """What became of all; export_id: the file of what was printed."""

    outcomes: list[Outcome]
    export_id: int | None = None


def missing(action: str, form: Fields) -> dict[str, str]:
    """What the form lacks, by field: said once, not once a row."""
    errors = {}
    if not selection.key_of(form):
        errors["row"] = LOAD_AGAIN
    if action == "assign" and not (whole(form.get("unit_id")) or whole(form.get("officer_id"))):
        errors["unit_id"] = "Hãy chọn phòng hoặc cán bộ thụ lý."
    if action == "acknowledge" and not form.get("note", "").strip():
        errors["note"] = "Hãy ghi đang xử lý thế nào."
    if action == "acknowledge" and (wrong := promise_fault(promised(form), clock.now().date())):
        unread = form.get("by", "").strip() and wrong is Fault.MISSING
        errors["by"] = NO_DAY if unread else PROMISE[wrong]
    if action == "finish" and form.get("kind") not in FINISHES:
        errors["kind"] = "Hãy chọn kết quả."
    if action == "lateness" and form.get("cause") not in set(LatenessCause):
        errors["cause"] = "Hãy chọn nguyên nhân."
    if len(form.get("note", "")) > LONGEST_NOTE:
        errors["note"] = f"Dài nhất {LONGEST_NOTE} ký tự."
    return errors


def carry_out(action: str, targets: list[Target], form: Fields) -> Done:
    """Do it to each in turn. Sent again, the form does only what it has not done."""
    key = form["submission_key"]
    content = submissions.fingerprint({"action": action} | {name: form.get(name, "") for name in _CONTENT})
    outcomes = [_one(action, target, form, key, content) for target in targets]
    printed = [outcome.code for outcome in outcomes if outcome.done]
    if action not in printing.PAPERS or not printed:
        return Done(outcomes)
    return Done(outcomes, printing.as_file(action, printed, "a4" if form.get("size") == "a4" else "a5"))


_CONTENT = ("unit_id", "officer_id", "note", "size", "cause", "kind", "by")


def _one(action: str, target: Target, form: Fields, key: str, content: str) -> Outcome:
    try:
        with transaction() as session:
            act = partial(ACTS[action], One(session, target, form, key, clock.now()))
            bulk.once(
                session, key, target, action, act, person=current_user, content=content, now=clock.now()
            )
    except DuplicateSubmission:
        return Outcome(target.code, done=True, words=words.AGAIN)
    except RefusedUse as fault:
        return Outcome(target.code, done=False, words=_why(action, fault))
    return Outcome(target.code, done=True, words=words.DONE[action])


def _why(action: str, fault: RefusedUse) -> str:
    if isinstance(fault, InvalidInput):
        return fault.message
    if isinstance(fault, ConflictingSubmission):
        return REUSED
    if isinstance(fault, NotFound) and action in words.NOTHING_OF:
        return words.NOTHING_OF[action]
    return refusal(fault)
