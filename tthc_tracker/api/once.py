"""A write unit of a request, carried out once for its Idempotency-Key."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, jsonify, request
from sqlalchemy.orm import Session

from tthc_tracker import clock
from tthc_tracker.api.guarding import caller
from tthc_tracker.api.problems import Problem
from tthc_tracker.extensions import database
from tthc_tracker.services import answers
from tthc_tracker.services.answers import Answer
from tthc_tracker.services.submissions import fingerprint
from tthc_tracker.wording import problems as words

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"


def once(body: Mapping[str, Any], work: Callable[[Session], Answer]) -> Response:
    """Carry `work` out and answer, or repeat the answer that this key got before."""
    key = request.headers.get(HEADER)
    if key is not None and not answers.is_key(key):
        raise Problem(400, words.BAD_KEY)
    with database.transaction() as session:
        earlier = _claimed(session, key, body) if key else None
        answer = earlier or work(session)
        if key and earlier is None:
            answers.keep(session, caller().token_id, key, answer)
    response = Response() if answer.status == 204 else jsonify(answer.body)
    response.status_code = answer.status
    if earlier is not None:
        response.headers[REPLAYED] = "true"
    return response


def _claimed(session: Session, key: str, body: Mapping[str, Any]) -> Answer | None:
    said = {"method": request.method, "path": request.path, "body": body}
    return answers.claim(session, caller().token_id, key, content=fingerprint(said), now=clock.now())
