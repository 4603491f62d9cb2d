"""What a receipt's token proves, and what a clerk notes without being asked for more."""

import re

from hypothesis import given
from hypothesis import strategies as st

from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.lifecycle import ApplicantKind, Channel
from tthc_tracker.domain.procedures import ServiceLevel
from tthc_tracker.domain.receipttoken import receipt_token, token_hash
from tthc_tracker.domain.receptionfacts import FEE_STATES, Party, ReceptionFacts

CODES = st.from_regex(r"\AH[0-9]{2}\.[0-9]{2}-[0-9]{6}-[0-9]{4}\Z")


@given(st.text(min_size=1), CODES)
def test_a_receipt_printed_again_bears_the_same_token(secret: str, code: str) -> None:
    token = receipt_token(secret, code)
    assert token == receipt_token(secret, code)
    assert re.fullmatch(r"[a-z2-7]{26}", token)
    assert re.fullmatch(r"[0-9a-f]{64}", token_hash(token))


@given(CODES, CODES)
def test_two_dossiers_never_share_a_token(first: str, second: str) -> None:
    assert (receipt_token("key", first) == receipt_token("key", second)) is (first == second)


def test_another_installations_secret_gives_another_token() -> None:
    assert receipt_token("one", "H50.01-261123-0001") != receipt_token("two", "H50.01-261123-0001")


def test_a_citizen_at_the_counter_owes_nothing_unless_noted() -> None:
    facts = ReceptionFacts("1.001193", Party("Nguyễn Văn An"))
    assert (facts.applicant.kind, facts.channel, facts.owner) == (
        ApplicantKind.CITIZEN,
        Channel.COUNTER,
        None,
    )
    assert (facts.fee.amount, facts.fee.state, facts.sets) == (0, FEE_STATES[0], 1)


def test_levels_and_service_levels_are_those_files_name() -> None:
    assert [level.value for level in Level] == ["bo", "tinh", "huyen", "xa"]
    assert [level.value for level in ServiceLevel] == ["toan_trinh", "mot_phan", "thong_tin"]
