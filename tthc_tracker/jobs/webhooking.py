"""Tell other systems what has happened: number what is committed, call without a transaction, settle."""

import json
import time
from collections import Counter
from typing import Any

from tthc_tracker import clock
from tthc_tracker.channels import webhooks as channel
from tthc_tracker.channels.webhooks import Message
from tthc_tracker.domain.exchangeobject import iso
from tthc_tracker.jobs.work import Work
from tthc_tracker.services import webhookoutbox
from tthc_tracker.services.webhookoutbox import Call

LONGEST_RUN = 60.0  # seconds; what is left waits for the next run


def deliver_webhooks(work: Work) -> dict[str, Any]:
    """Make the calls that are due. An address where nobody answers is left alone for this run."""
    counts: Counter[str] = Counter()
    with work.transaction() as session:
        counts["given_up"] = webhookoutbox.expire(session, clock.now())
        calls = webhookoutbox.due(session, key=work.secret_key, now=clock.now())
    silent: set[int] = set()
    end = time.monotonic() + LONGEST_RUN
    for call in calls:
        if call.endpoint_id in silent or time.monotonic() > end:
            continue
        work.check()
        answered = _deliver(work, call)
        counts["told" if answered == 0 else "later"] += 1
        if answered is None:
            silent.add(call.endpoint_id)
    return {name: many for name, many in counts.items() if many}


def _deliver(work: Work, call: Call) -> int | None:
    """0: taken; a status: not taken; None: nobody answered."""
    moment = clock.now()
    message = Message(call.event_id, int(moment.timestamp()), body_of(call), call.signing)
    answer = channel.post(call.url, message, work.webhook_allow)
    with work.transaction() as session:
        if answer.code is not None and not answer.error:
            webhookoutbox.mark_taken(session, call, code=answer.code, now=clock.now())
            return 0
        webhookoutbox.postpone(session, call, code=answer.code, error=answer.error, now=clock.now())
    return answer.code


def body_of(call: Call) -> str:
    """The body: what happened, in which order, to which dossier."""
    said = {
        "type": call.event, "id": call.event_id, "sequence": call.sequence,
        "timestamp": iso(call.created_at), "data": json.loads(call.data),
    }  # fmt: skip
    return json.dumps(said, ensure_ascii=False)
