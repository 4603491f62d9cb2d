"""When dossiers come: working days with their peaks, few on Saturdays, online at any hour."""

import datetime as dt
from dataclasses import dataclass
from random import Random

from tthc_tracker.domain.localtime import VIETNAM
from tthc_tracker.domain.workcalendar import WorkCalendar

FIRST_DAY = dt.date(2023, 10, 2)

_ONLINE_ON_DAYS_OFF = 0.22
_SATURDAY_INTAKE = 0.05
_OF_WEEKDAY = (1.3, 1.05, 1.0, 0.95, 0.9, 1.0, 1.0)  # Monday is the fullest
_NOT_YET_SENT = dt.timedelta(hours=1)  # what the portals have not told yet
RUSH = dt.timedelta(days=40)

# minute of the day: mean, spread, share
_COUNTER_PEAKS = ((452, 22, 0.36), (550, 50, 0.28), (815, 15, 0.24), (900, 40, 0.12))
_COUNTER_OPEN = ((425, 685), (810, 1010))


@dataclass(frozen=True)
class Arrival:
    """A moment at which a dossier comes, and whether it comes by the portal."""

    at: dt.datetime
    online: bool


class Arrivals:
    """Draws arrivals between the first day of the demo and a moment."""

    def __init__(self, rng: Random, calendar: WorkCalendar, until: dt.datetime) -> None:
        self._rng, self._until = rng, until
        self._slots: list[tuple[dt.date, bool]] = []
        self._weights: list[float] = []
        first = min(FIRST_DAY, until.date() - dt.timedelta(days=30))
        for offset in range((until.date() - first).days + 1):
            day = first + dt.timedelta(days=offset)
            self._add(day, offset, calendar.is_working_day(day))

    def _add(self, day: dt.date, offset: int, working: bool) -> None:
        growth = 1 + offset / 700
        if day >= self._until.date() - RUSH:
            growth *= 2.4  # the year's end
        online = min(0.72, 0.38 + offset / 3000)
        direct_day = 1.0 if working else _SATURDAY_INTAKE if day.weekday() == 5 else 0.0
        online_day = 1.0 if working else _ONLINE_ON_DAYS_OFF
        weekday = _OF_WEEKDAY[day.weekday()]
        self._slots += [(day, True), (day, False)]
        all_day = growth * weekday
        self._weights += [all_day * online * online_day, all_day * (1 - online) * direct_day]

    def draw(self, amount: int) -> list[Arrival]:
        """So many arrivals in the order of time."""
        found: list[Arrival] = []
        while len(found) < amount:
            for day, online in self._rng.choices(self._slots, self._weights, k=amount - len(found)):
                minute = self._online_minute() if online else self._counter_minute(day)
                at = dt.datetime.combine(day, dt.time(minute // 60, minute % 60), VIETNAM)
                if at <= self._until - (_NOT_YET_SENT if online else dt.timedelta()):
                    found.append(Arrival(at, online))
        return sorted(found, key=lambda arrival: arrival.at)

    def _online_minute(self) -> int:
        if self._rng.random() < 0.12:
            return self._rng.randrange(1440)
        hour = self._rng.choices((8.5, 10, 14.5, 20.5), (0.34, 0.22, 0.26, 0.18))[0]
        return int(self._rng.gauss(hour * 60, 70)) % 1440

    def _counter_minute(self, day: dt.date) -> int:
        """A minute at which the counter is open; on a Saturday the morning."""
        peaks = _COUNTER_PEAKS[:2] if day.weekday() == 5 else _COUNTER_PEAKS
        while True:
            mean, spread, _ = self._rng.choices(peaks, [peak[2] for peak in peaks])[0]
            minute = int(self._rng.gauss(mean, spread))
            if any(opens <= minute < closes for opens, closes in _COUNTER_OPEN):
                return minute
