"""Public pages that read much are counted by network: who asks too often waits."""

from flask import Response, abort, request

from tthc_tracker import clock
from tthc_tracker.domain.errors import TooManyTries
from tthc_tracker.domain.throttles import MINUTE, Limit, Throttle
from tthc_tracker.queries.throttles import refuse_beyond
from tthc_tracker.services import throttling
from tthc_tracker.services.logins import network_of
from tthc_tracker.web.unit_of_work import reading, transaction
from tthc_tracker.wording import opendata as words

_OFTEN = (Limit(60, MINUTE),)


def count(what: str) -> None:
    """Count a try at `what`; beyond sixty a minute of one network it is refused, and told for how long."""
    tries, now = (Throttle(what, network_of(request.remote_addr), _OFTEN),), clock.now()
    try:
        refuse_beyond(reading(), tries, now=now)
        with transaction() as session:
            throttling.claim(session, tries, now=now)
    except TooManyTries as error:
        wait = {"Retry-After": str(int(error.wait.total_seconds()) + 1)}
        abort(Response(words.TOO_OFTEN, 429, wait, content_type="text/plain; charset=utf-8"))
