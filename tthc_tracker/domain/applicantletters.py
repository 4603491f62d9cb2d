"""What an applicant is told by mail, and while his dossier stands where each letter is true."""

from __future__ import annotations

from enum import StrEnum

from tthc_tracker.domain.lifecycle import OPEN, REJECTED, State


class ApplicantLetter(StrEnum):
    """The letters to applicants; the value is the kind of the message in the outbox."""

    RECEIPT = "applicant_receipt"
    SUPPLEMENT = "applicant_supplement"
    PAYMENT = "applicant_payment"
    PAUSED = "applicant_paused"  # nothing for him to do: the clock waits for something else
    NEW_DATE = "applicant_new_date"
    APOLOGY = "applicant_apology"  # with the second date
    STOPPED = "applicant_stopped"
    REFUSAL = "applicant_refusal"
    RESULT_READY = "applicant_result"
    STILL_WAITING = "applicant_reminder"  # the result has not been collected


TRUE_IN: dict[ApplicantLetter, frozenset[State]] = {
    ApplicantLetter.RECEIPT: frozenset(State) - REJECTED,
    ApplicantLetter.SUPPLEMENT: frozenset({State.AWAITING_SUPPLEMENT}),
    ApplicantLetter.PAYMENT: frozenset({State.AWAITING_PAYMENT}),
    ApplicantLetter.PAUSED: frozenset({State.PROCESSING}),
    ApplicantLetter.NEW_DATE: OPEN,
    ApplicantLetter.APOLOGY: OPEN,
    ApplicantLetter.STOPPED: frozenset({State.STOPPED}),
    ApplicantLetter.REFUSAL: frozenset({State.REFUSED}),
    ApplicantLetter.RESULT_READY: frozenset({State.FINISHED}),
    ApplicantLetter.STILL_WAITING: frozenset({State.FINISHED}),
}
"""The states in which a letter still says the truth; one that waited too long is not sent."""
