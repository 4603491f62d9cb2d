"""Pages that everybody may open: who asks too often waits, and caches keep what has been told."""

import hashlib

from flask import Response, abort, request

from tthc_tracker import clock
from tthc_tracker.domain.errors import TooManyTries
from tthc_tracker.domain.throttles import MINUTE, Limit, Throttle
from tthc_tracker.queries.throttles import refuse_beyond
from tthc_tracker.services import throttling
from tthc_tracker.services.logins import network_of
from tthc_tracker.web.unit_of_work import reading, transaction
from tthc_tracker.wording import publicpages as words

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


def cacheable(answer: Response, seconds: int) -> Response:
    """The answer as caches on the way may keep it for so long, or 304 for one who has it."""
    answer.headers["Cache-Control"] = f"public, max-age={seconds}"
    answer.set_etag(hashlib.sha256(answer.get_data()).hexdigest()[:32])
    answer.make_conditional(request)
    return answer
