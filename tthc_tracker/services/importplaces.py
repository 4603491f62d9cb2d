"""By what the agencies count that a file names: hours, days off and limits of reception of their own."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from tthc_tracker.queries import calendars, settings
from tthc_tracker.services.clockvalues import Place


def nation(session: Session) -> Place:
    """By what every agency counts that has set nothing of its own."""
    return Place(calendars.national_calendar(session), settings.reception_limits(session, None))


def others(session: Session, agencies: Mapping[str, int]) -> dict[str, Place]:
    """Those of these agencies, by code, that count otherwise; few, and none where nobody has set anything."""
    if not agencies:
        return {}
    if not calendars.have_own(session) and not settings.reception_is_set(session) - {0}:
        return {}
    common = nation(session)
    found = {
        code: Place(calendars.work_calendar(session, agency), settings.reception_limits(session, agency))
        for code, agency in agencies.items()
    }
    return {
        code: place
        for code, place in found.items()
        if place.calendar is not common.calendar or place.answers != common.answers
    }
