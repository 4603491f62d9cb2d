"""Small vocabularies of the desk: what they name, and what follows from a name."""

import pytest

from tthc_tracker.domain.applicantletters import TRUE_IN, ApplicantLetter
from tthc_tracker.domain.dayclosing import Mismatch
from tthc_tracker.domain.importing import TO_WORK_ON, BatchState
from tthc_tracker.domain.lifecycle import CLOSED, REJECTED, State
from tthc_tracker.domain.onlinequeue import Part, Urgency


def test_every_letter_says_in_which_states_it_is_true() -> None:
    assert set(TRUE_IN) == set(ApplicantLetter)
    assert all(TRUE_IN.values())


def test_no_receipt_is_true_of_a_dossier_that_was_refused_or_cancelled() -> None:
    assert TRUE_IN[ApplicantLetter.RECEIPT].isdisjoint(REJECTED)


@pytest.mark.parametrize("letter", [ApplicantLetter.RESULT_READY, ApplicantLetter.STILL_WAITING])
def test_a_result_is_told_of_only_while_it_waits_to_be_collected(letter: ApplicantLetter) -> None:
    assert TRUE_IN[letter] == {State.FINISHED}
    assert State.RETURNED in CLOSED


def test_the_timed_work_takes_up_only_what_somebody_has_sent_agreed_to_or_taken_back() -> None:
    assert {BatchState.WAITING, BatchState.CONFIRMED, BatchState.UNDOING} == TO_WORK_ON
    assert not TO_WORK_ON & {BatchState.CHECKED, BatchState.DONE, BatchState.UNDONE, BatchState.DROPPED}


@pytest.mark.parametrize("names", [Part, Urgency, Mismatch, BatchState])
def test_a_name_that_stands_in_addresses_and_tables_is_small_ascii(names: type[Part]) -> None:
    assert all(name.value.isascii() and name.value == name.value.lower() for name in names)
