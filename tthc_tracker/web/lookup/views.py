"""The page of the look-up and its answer, which is the same for an unknown code and a wrong number."""

import logging

from flask import current_app, request
from flask.typing import ResponseReturnValue

from tthc_tracker import clock
from tthc_tracker.domain.errors import TooManyTries
from tthc_tracker.domain.lookups import Asker, Proof, blinded, throttles
from tthc_tracker.queries import archives, lookups
from tthc_tracker.queries.lookups import Progress
from tthc_tracker.queries.throttles import refuse_beyond
from tthc_tracker.services import throttling
from tthc_tracker.services.logins import household_of, network_of
from tthc_tracker.web.access import public
from tthc_tracker.web.lookup.answers import asked, told
from tthc_tracker.web.lookup.blueprint import blueprint
from tthc_tracker.web.lookup.forms import LookUpForm
from tthc_tracker.web.unit_of_work import reading, transaction
from tthc_tracker.wording import lookups as words
from tthc_tracker.wording import years

log = logging.getLogger(__name__)


@blueprint.get("/tra-cuu")
@public
def ask() -> ResponseReturnValue:
    """The form; a receipt's QR code leads here, and a script sends what it brings."""
    return asked(LookUpForm())


@blueprint.post("/tra-cuu")
@public
def answer() -> ResponseReturnValue:
    """How far the dossier is. Nothing of what was asked stands in an address."""
    form = LookUpForm()
    if not form.validate() or form.proof is None:
        return asked(form, status=422)
    try:
        progress = _look_up(form.code.data or "", form.proof)
    except TooManyTries as error:
        answered = asked(form, words.too_many(error.wait), 429)
        answered.headers["Retry-After"] = str(int(error.wait.total_seconds()))
        return answered
    if progress is None:
        return _none_told(form)
    return told(progress)


def _none_told(form: LookUpForm) -> ResponseReturnValue:
    """Nothing opens; of a code that lies in an archive it is said where, for its proof lies there too."""
    archived = archives.find(reading(), form.code.data or "")
    if archived is None:
        return asked(form, words.NOT_FOUND, 422)
    return asked(form, years.citizen_told(archived.year, archived.at, archived.desk, archived.phone), 410)


def _look_up(code: str, proof: Proof) -> Progress | None:
    """The try is counted and committed before it is looked at, and given back if it was right.

    Raises:
        TooManyTries: at this dossier, from this address or its network, or by everybody.
    """
    now, secret = clock.now(), current_app.config["SETTINGS"].secret_key
    asker = Asker(blinded(secret, household_of(request.remote_addr)), network_of(request.remote_addr))
    dossier, pressed = lookups.find(reading(), code), lookups.is_pressed(reading(), now)
    tries = throttles(dossier.counted_as, asker, proof, pressed=pressed)
    try:
        refuse_beyond(reading(), tries, now=now)  # a flood of refused tries never waits for a writer
        with transaction() as write:
            throttling.claim(write, tries, now=now)
    except TooManyTries:
        log.warning("look-up throttled", extra={"network": network_of(request.remote_addr)})
        raise
    found = lookups.progress(reading(), dossier, proof, secret=secret, now=now)
    if found:
        with transaction() as write:
            throttling.give_back(write, tries, now=now)
    return found
