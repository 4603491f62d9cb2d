"""Results that nobody collects: after how many calendar days their applicants are reminded."""

import datetime as dt

BANDS = (5, 15, 30)
"""Calendar days since the result was ready, as the desk's list counts them."""


def ready_before(band: int, today: dt.date) -> dt.date:
    """The day at whose beginning a result must have been ready to have waited that many days."""
    return today - dt.timedelta(days=band - 1)
