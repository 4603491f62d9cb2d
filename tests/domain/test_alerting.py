"""Which alerts stand at a moment, what identifies them, and when to look again."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.moments import at
from tthc_tracker.domain.alerting import (
    DEEDS,
    OF_PLACES,
    AlertIdentity,
    BacklogThresholds,
    Clockwork,
    EpisodeStep,
    Milestone,
    Rule,
    SubjectType,
    backlog_step,
    next_check,
    standing_alerts,
)

SOON = at("Thu 2026-11-26 08:00")
OVERDUE = at("Sat 2026-11-28 00:00")
VERY = at("Wed 2026-12-02 00:00")
MINUTE = dt.timedelta(minutes=1)

RUNNING = Clockwork(
    dossier_id=7,
    accepted=True,
    due_version=3,
    due_soon_from=SOON,
    overdue_from=OVERDUE,
    very_overdue_from=VERY,
)
LATE_FROM = at("Tue 2026-11-24 09:00")
UNANSWERED = Clockwork(dossier_id=8, accepted=False, reception_round=2, reception_late_from=LATE_FROM)

TOLD = Milestone(SOON, 4)

STANDING = {
    "nothing before it is due soon": (RUNNING, SOON - MINUTE, []),
    "due soon from its minute on": (RUNNING, SOON, [Rule.DUE_SOON]),
    "due soon until the last minute": (RUNNING, OVERDUE - MINUTE, [Rule.DUE_SOON]),
    "overdue takes the place of due soon": (RUNNING, OVERDUE, [Rule.OVERDUE]),
    "very overdue stands beside overdue": (RUNNING, VERY, [Rule.OVERDUE, Rule.VERY_OVERDUE]),
    "three days of downtime change nothing": (
        RUNNING,
        VERY + dt.timedelta(days=3),
        [Rule.OVERDUE, Rule.VERY_OVERDUE],
    ),
    "a same-day procedure is never due soon": (replace(RUNNING, same_day=True), OVERDUE - MINUTE, []),
    "a same-day procedure is overdue": (replace(RUNNING, same_day=True), OVERDUE, [Rule.OVERDUE]),
    "a validly paused dossier is not overdue": (replace(RUNNING, paused=True), VERY, []),
    "a closed dossier has no alert": (replace(RUNNING, closed=True), VERY, []),
    "a dossier whose source is silent is held": (replace(RUNNING, held=True), VERY, []),
    "a dossier without a due date says so": (Clockwork(9, accepted=True), VERY, [Rule.NO_DUE_DATE]),
    "even while paused": (Clockwork(9, accepted=True, paused=True), VERY, [Rule.NO_DUE_DATE]),
    "a due date alone is enough": (Clockwork(9, accepted=True, overdue_from=OVERDUE), VERY, [Rule.OVERDUE]),
    "unanswered and not yet late": (UNANSWERED, LATE_FROM - MINUTE, []),
    "unanswered past its deadline": (UNANSWERED, LATE_FROM, [Rule.LATE_RECEPTION]),
    "waiting for the applicant, no reception clock runs": (
        replace(UNANSWERED, reception_late_from=None),
        LATE_FROM,
        [],
    ),
    "refused is closed": (replace(UNANSWERED, closed=True), LATE_FROM, []),
    "soon late before its reception is late": (
        replace(UNANSWERED, reception_soon_from=LATE_FROM - 2 * MINUTE),
        LATE_FROM - MINUTE,
        [Rule.RECEPTION_DUE_SOON],
    ),
    "late reception takes the place of soon late": (
        replace(UNANSWERED, reception_soon_from=LATE_FROM - 2 * MINUTE),
        LATE_FROM,
        [Rule.LATE_RECEPTION],
    ),
    "answered, it is not soon late": (
        replace(UNANSWERED, reception_soon_from=SOON, reception_late_from=None),
        LATE_FROM,
        [],
    ),
    "a hand-over that was owed by now": (
        replace(RUNNING, handover_due_at=SOON - MINUTE),
        SOON - MINUTE,
        [Rule.LATE_HANDOVER],
    ),
    "a pause excuses no hand-over": (
        replace(RUNNING, handover_due_at=SOON, paused=True),
        VERY,
        [Rule.LATE_HANDOVER],
    ),
    "a draft that waits for its signature": (
        replace(RUNNING, apology_drafted_at=SOON - MINUTE),
        SOON - MINUTE,
        [Rule.APOLOGY_DUE],
    ),
    "a step past its date": (replace(RUNNING, step=TOLD), SOON, [Rule.DUE_SOON, Rule.STEP_OVERDUE]),
    "a standstill": (replace(RUNNING, standstill=TOLD), SOON, [Rule.DUE_SOON, Rule.STALLED]),
    "a pause holds step and standstill": (
        replace(RUNNING, step=TOLD, standstill=TOLD, paused=True),
        VERY,
        [],
    ),
    "a pause too long is told whether or not it holds the clock": (
        replace(RUNNING, pause=TOLD, paused=True),
        VERY,
        [Rule.LONG_PAUSE],
    ),
    "without a due date the rest is told as well": (
        Clockwork(9, accepted=True, due_soon_from=SOON, very_overdue_from=SOON, handover_due_at=SOON),
        VERY,
        [Rule.LATE_HANDOVER, Rule.NO_DUE_DATE],
    ),
}


@pytest.mark.parametrize(("clockwork", "now", "rules"), STANDING.values(), ids=STANDING)
def test_the_alerts_that_stand(clockwork: Clockwork, now: dt.datetime, rules: list[Rule]) -> None:
    assert [alert.rule for alert in standing_alerts(clockwork, now)] == rules


def test_an_alert_is_named_by_its_due_version() -> None:
    assert standing_alerts(RUNNING, OVERDUE) == (AlertIdentity(SubjectType.DOSSIER, 7, Rule.OVERDUE, 3),)


def test_a_moved_date_makes_another_alert() -> None:
    moved = replace(RUNNING, due_version=4)
    assert not set(standing_alerts(RUNNING, VERY)) & set(standing_alerts(moved, VERY))


def test_late_reception_is_named_by_its_round() -> None:
    (alert,) = standing_alerts(UNANSWERED, LATE_FROM)
    assert alert == AlertIdentity(SubjectType.DOSSIER, 8, Rule.LATE_RECEPTION, 2)


@pytest.mark.parametrize(
    ("rule", "clockwork"),
    [
        (Rule.STEP_OVERDUE, replace(RUNNING, step=TOLD)),
        (Rule.STALLED, replace(RUNNING, standstill=TOLD)),
        (Rule.LONG_PAUSE, replace(RUNNING, pause=TOLD)),
    ],
)
def test_a_step_a_pause_and_a_standstill_are_named_by_their_own_number(
    rule: Rule, clockwork: Clockwork
) -> None:
    assert AlertIdentity(SubjectType.DOSSIER, 7, rule, 4) in standing_alerts(clockwork, SOON)


def test_what_the_scan_decides_is_neither_a_deed_nor_an_episode() -> None:
    everything = replace(
        RUNNING, handover_due_at=SOON, apology_drafted_at=SOON, step=TOLD, standstill=TOLD, pause=TOLD
    )
    told = {one.rule for one in standing_alerts(everything, VERY)}
    assert told & (DEEDS | OF_PLACES) == set()
    assert {Rule.RECEPTION_DUE_SOON, Rule.LATE_RECEPTION, Rule.DUE_SOON, Rule.NO_DUE_DATE} == (
        set(Rule) - DEEDS - OF_PLACES - told
    )


CHECKS = {
    "first when it is due soon": (RUNNING, SOON - MINUTE, SOON),
    "then when it is overdue": (RUNNING, SOON, OVERDUE),
    "then when it is very overdue": (RUNNING, OVERDUE, VERY),
    "then never": (RUNNING, VERY, None),
    "a same-day procedure first when it is overdue": (replace(RUNNING, same_day=True), SOON, OVERDUE),
    "never while paused": (replace(RUNNING, paused=True), SOON, None),
    "never once closed": (replace(RUNNING, closed=True), SOON, None),
    "never while held": (replace(RUNNING, held=True), SOON, None),
    "never without a due date": (Clockwork(9, accepted=True), SOON, None),
    "when its reception is late": (UNANSWERED, LATE_FROM - MINUTE, LATE_FROM),
    "not again afterwards": (UNANSWERED, LATE_FROM, None),
}


@pytest.mark.parametrize(("clockwork", "now", "moment"), CHECKS.values(), ids=CHECKS)
def test_when_to_look_again(clockwork: Clockwork, now: dt.datetime, moment: dt.datetime | None) -> None:
    assert next_check(clockwork, now) == moment


_START = at("Mon 2026-11-23 07:00")
_moments = st.integers(0, 500).map(lambda hours: _START + dt.timedelta(hours=hours))
_maybe = st.none() | _moments
_maybe_told = st.none() | st.builds(Milestone, _moments, st.integers(1, 3))
_clockworks = st.builds(
    Clockwork,
    dossier_id=st.just(1),
    accepted=st.booleans(),
    closed=st.booleans(),
    paused=st.booleans(),
    same_day=st.booleans(),
    held=st.booleans(),
    reception_soon_from=_maybe,
    reception_late_from=_maybe,
    due_soon_from=_maybe,
    overdue_from=_maybe,
    very_overdue_from=_maybe,
    handover_due_at=_maybe,
    apology_drafted_at=_maybe,
    step=_maybe_told,
    standstill=_maybe_told,
    pause=_maybe_told,
)


@given(_clockworks, _moments, st.integers(0, 500))
def test_nothing_changes_before_the_next_check(clockwork: Clockwork, now: dt.datetime, hours: int) -> None:
    later = now + dt.timedelta(hours=hours)
    check = next_check(clockwork, now)
    if check is None or later < check:
        assert standing_alerts(clockwork, later) == standing_alerts(clockwork, now)
    if check is not None:
        assert check > now


@given(_clockworks, _moments)
def test_an_alert_is_told_once(clockwork: Clockwork, now: dt.datetime) -> None:
    standing = standing_alerts(clockwork, now)
    assert len(set(standing)) == len(standing)


TEN = BacklogThresholds()

STEPS = {
    "nine overdue of few are none": (20, 9, False, EpisodeStep.NONE),
    "ten overdue open an episode": (20, 10, False, EpisodeStep.OPENS),
    "two of 39 are none": (39, 2, False, EpisodeStep.NONE),
    "two of 40 are five per cent": (40, 2, False, EpisodeStep.OPENS),
    "four of 99 are not": (99, 4, False, EpisodeStep.NONE),
    "five of 99 are": (99, 5, False, EpisodeStep.OPENS),
    "ten of 1,000 are a backlog though one per cent": (1_000, 10, False, EpisodeStep.OPENS),
    "nine of 1,000 are none": (1_000, 9, False, EpisodeStep.NONE),
    "nine stay once open": (20, 9, True, EpisodeStep.STAYS),
    "eight of ten close it": (20, 8, True, EpisodeStep.CLOSES),
    "five of 100 stay": (100, 5, True, EpisodeStep.STAYS),
    "four of 100 close it": (100, 4, True, EpisodeStep.CLOSES),
    "nothing overdue closes it": (100, 0, True, EpisodeStep.CLOSES),
    "nothing open and nothing standing": (0, 0, False, EpisodeStep.NONE),
}


@pytest.mark.parametrize(("open_count", "overdue", "standing", "step"), STEPS.values(), ids=STEPS)
def test_a_backlog_is_an_episode(open_count: int, overdue: int, standing: bool, step: EpisodeStep) -> None:
    assert backlog_step(open_count, overdue, standing=standing, thresholds=TEN) is step


@given(st.integers(0, 2_000), st.integers(0, 2_000))
def test_what_opens_an_episode_does_not_close_it(open_count: int, overdue: int) -> None:
    opens = backlog_step(open_count, overdue, standing=False, thresholds=TEN) is EpisodeStep.OPENS
    closes = backlog_step(open_count, overdue, standing=True, thresholds=TEN) is EpisodeStep.CLOSES
    assert not (opens and closes)
