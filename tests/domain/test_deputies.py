"""Standing in for somebody: when it holds, and what the signature says."""

from datetime import date

import pytest

from tests.support.moments import at
from tthc_tracker.domain.deputies import Signature, SignatureForm, Stretch
from tthc_tracker.domain.handovers import Place, works_in
from tthc_tracker.domain.permissions import Membership, Permission, Role, permissions_on

AWAY = Stretch(date(2026, 11, 17), date(2026, 11, 19))


@pytest.mark.parametrize(
    ("moment", "holds"),
    [
        pytest.param("Mon 2026-11-16 23:59", False, id="not on the eve"),
        pytest.param("Tue 2026-11-17 00:00", True, id="from the first minute of its first day"),
        pytest.param("Thu 2026-11-19 23:59", True, id="to the last minute of its last day"),
        pytest.param("Fri 2026-11-20 00:00", False, id="and no longer"),
    ],
)
def test_it_holds_on_both_its_days(moment: str, holds: bool) -> None:
    assert AWAY.holds(at(moment)) is holds


def test_whoever_comes_back_sooner_is_back_at_once() -> None:
    back = Stretch(AWAY.from_day, AWAY.to_day, at("Wed 2026-11-18 10:00"))
    assert back.holds(at("Wed 2026-11-18 09:59"))
    assert not back.holds(at("Wed 2026-11-18 10:00"))


def test_two_stretches_meet_on_a_day_they_share() -> None:
    assert AWAY.meets(Stretch(date(2026, 11, 19), date(2026, 11, 19)))
    assert not AWAY.meets(Stretch(date(2026, 11, 20), date(2026, 11, 30)))


@pytest.mark.parametrize(
    ("signature", "lines"),
    [
        pytest.param(Signature("Trưởng phòng", "Phạm Thị Trưởng"), ("TRƯỞNG PHÒNG",), id="the head himself"),
        pytest.param(Signature("", "Phạm Thị Trưởng"), (), id="a head whose title nobody has entered"),
        pytest.param(
            Signature("Phó Trưởng phòng", "Lê Văn Phó", SignatureForm.KT, "Trưởng phòng"),
            ("KT. TRƯỞNG PHÒNG", "PHÓ TRƯỞNG PHÒNG"),
            id="in his place",
        ),
        pytest.param(
            Signature("Chánh Văn phòng", "Lê Văn Chánh", SignatureForm.TL, "Chủ tịch"),
            ("TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG"),
            id="by his order",
        ),
        pytest.param(
            Signature("Trưởng phòng Tổ chức", "Lê Văn Tổ", SignatureForm.TUQ, "Giám đốc"),
            ("TUQ. GIÁM ĐỐC", "TRƯỞNG PHÒNG TỔ CHỨC"),
            id="by written authority",
        ),
    ],
)
def test_the_lines_above_a_signature(signature: Signature, lines: tuple[str, ...]) -> None:
    assert signature.lines == lines


def test_what_is_held_in_a_heads_place_is_a_part_of_what_he_may() -> None:
    own, held = (Membership(Role.HEAD_OF_AGENCY, 1, None, deputyship) for deputyship in (None, 7))
    assert held.permissions < own.permissions
    assert Permission.DECIDE_APOLOGIES in held.permissions
    assert permissions_on([held], {1}, lambda agency: {agency}) == held.permissions
    assert not works_in([held], Place(1)), "and nobody's papers lie with him for it"
