"""From when on a result has waited so many days."""

import datetime as dt

from tthc_tracker.domain.collecting import BANDS, ready_before


def test_days_are_counted_by_date_not_by_hour() -> None:
    today = dt.date(2026, 11, 26)
    assert [ready_before(band, today) for band in BANDS] == [
        dt.date(2026, 11, 22),  # ready at any hour of the 21st: five days on the 26th
        dt.date(2026, 11, 12),
        dt.date(2026, 10, 28),
    ]
