"""Where a dossier stands at a moment."""

from dataclasses import replace

import pytest

from tests.support.moments import at
from tthc_tracker.domain.lifecycle import State
from tthc_tracker.domain.standing import ClockFacts, Standing, is_overdue, standing

RUNNING = ClockFacts(
    state=State.PROCESSING,
    accepted=True,
    due_at=at("Thu 2026-11-19 09:00"),
    current_due_at=at("Thu 2026-11-19 09:00"),
    late_from=at("Fri 2026-11-20 00:00"),
    overdue_from=at("Fri 2026-11-20 00:00"),
    due_soon_from=at("Wed 2026-11-18 09:00"),
)
BY_THE_HOUR = replace(
    RUNNING, is_hour_limit=True, late_from=at("Thu 2026-11-19 09:00"), overdue_from=at("Thu 2026-11-19 09:00")
)
REAPPOINTED = replace(
    RUNNING, current_due_at=at("Wed 2026-11-25 09:00"), overdue_from=at("Thu 2026-11-26 00:00")
)
PAUSED = replace(RUNNING, state=State.AWAITING_SUPPLEMENT, paused_since=at("Tue 2026-11-17 09:00"))
SUBMITTED = ClockFacts(state=State.REGISTERED, accepted=False, reception_late_from=at("Tue 2026-11-17 09:30"))


@pytest.mark.parametrize(
    ("facts", "now", "expected"),
    [
        pytest.param(RUNNING, "Tue 2026-11-17 09:00", Standing.IN_TIME, id="long before"),
        pytest.param(RUNNING, "Wed 2026-11-18 09:00", Standing.DUE_SOON, id="from the minute it is near"),
        pytest.param(RUNNING, "Thu 2026-11-19 09:00", Standing.DUE_SOON, id="at its hour it is in time"),
        pytest.param(RUNNING, "Thu 2026-11-19 09:01", Standing.PAST_HOUR, id="past its hour on the due date"),
        pytest.param(RUNNING, "Thu 2026-11-19 23:59", Standing.PAST_HOUR, id="to the end of the due date"),
        pytest.param(RUNNING, "Fri 2026-11-20 00:00", Standing.OVERDUE, id="overdue from midnight"),
        pytest.param(
            BY_THE_HOUR, "Thu 2026-11-19 08:59", Standing.DUE_SOON, id="an hour limit before its minute"
        ),
        pytest.param(BY_THE_HOUR, "Thu 2026-11-19 09:00", Standing.OVERDUE, id="an hour limit at its minute"),
        pytest.param(
            REAPPOINTED,
            "Thu 2026-11-19 10:00",
            Standing.DUE_SOON,
            id="a second date before the first is late",
        ),
        pytest.param(
            REAPPOINTED, "Mon 2026-11-23 10:00", Standing.REAPPOINTED, id="late on the lawful date only"
        ),
        pytest.param(REAPPOINTED, "Thu 2026-11-26 00:00", Standing.OVERDUE, id="late on the second date too"),
        pytest.param(PAUSED, "Mon 2026-11-30 09:00", Standing.PAUSED, id="validly paused is never overdue"),
        pytest.param(
            replace(RUNNING, due_at=None),
            "Mon 2026-11-30 09:00",
            Standing.NO_DUE_DATE,
            id="without a due date",
        ),
        pytest.param(
            replace(RUNNING, due_soon_from=None, current_due_at=None, late_from=None, overdue_from=None),
            "Mon 2026-11-30 09:00",
            Standing.IN_TIME,
            id="without projections nothing is claimed",
        ),
        pytest.param(
            SUBMITTED, "Tue 2026-11-17 09:29", Standing.AWAITING_RECEPTION, id="submitted, not answered"
        ),
        pytest.param(SUBMITTED, "Tue 2026-11-17 09:30", Standing.RECEPTION_LATE, id="received late"),
        pytest.param(
            replace(SUBMITTED, state=State.AWAITING_PAYMENT),
            "Mon 2026-11-30 09:00",
            Standing.AWAITING_APPLICANT,
            id="answered, waiting for the applicant",
        ),
        pytest.param(
            replace(SUBMITTED, state=State.REFUSED),
            "Mon 2026-11-30 09:00",
            Standing.REFUSED,
            id="not accepted",
        ),
        pytest.param(
            replace(RUNNING, state=State.WITHDRAWN),
            "Mon 2026-11-30 09:00",
            Standing.WITHDRAWN,
            id="withdrawn",
        ),
        pytest.param(
            replace(RUNNING, state=State.STOPPED), "Mon 2026-11-30 09:00", Standing.STOPPED, id="stopped"
        ),
        pytest.param(
            replace(RUNNING, state=State.CANCELLED),
            "Mon 2026-11-30 09:00",
            Standing.CANCELLED,
            id="cancelled",
        ),
    ],
)
def test_a_dossier_stands_where_the_law_puts_it(facts: ClockFacts, now: str, expected: Standing) -> None:
    assert standing(facts, at(now)) is expected


@pytest.mark.parametrize(
    ("facts", "closed", "expected"),
    [
        pytest.param(RUNNING, "Wed 2026-11-18 16:59", Standing.FINISHED_EARLY, id="on the day before"),
        pytest.param(
            RUNNING, "Thu 2026-11-19 16:59", Standing.FINISHED_ON_TIME, id="on the due date, past its hour"
        ),
        pytest.param(RUNNING, "Fri 2026-11-20 07:30", Standing.FINISHED_LATE, id="on the day after"),
        pytest.param(
            BY_THE_HOUR, "Thu 2026-11-19 09:00", Standing.FINISHED_ON_TIME, id="an hour limit at its minute"
        ),
        pytest.param(
            BY_THE_HOUR, "Thu 2026-11-19 09:01", Standing.FINISHED_LATE, id="an hour limit a minute late"
        ),
        pytest.param(
            REAPPOINTED, "Mon 2026-11-23 09:00", Standing.FINISHED_LATE, id="in time on the second date only"
        ),
    ],
)
def test_a_finished_dossier_keeps_its_class(facts: ClockFacts, closed: str, expected: Standing) -> None:
    finished = replace(facts, state=State.FINISHED, closed_at=at(closed))
    assert standing(finished, at("Mon 2026-11-30 09:00")) is expected


def test_only_an_open_running_dossier_is_overdue() -> None:
    late = at("Mon 2026-11-30 09:00")
    assert is_overdue(RUNNING, late)
    assert not is_overdue(PAUSED, late)
    assert not is_overdue(replace(RUNNING, closed_at=late), late)
    assert not is_overdue(replace(RUNNING, overdue_from=None), late)
    assert not is_overdue(RUNNING, at("Thu 2026-11-19 23:59"))
