"""The measures as Prometheus reads them (text format 0.0.4), for this machine or whoever holds the token."""

import hmac
from collections.abc import Iterable, Mapping
from itertools import groupby
from math import isfinite

from flask import abort, current_app, request

from tthc_tracker import __version__
from tthc_tracker.queries.measures import Measure
from tthc_tracker.replica import Standing
from tthc_tracker.web.proxies import FORWARDED

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_LOOPBACK = {"127.0.0.1", "::1"}


def stop_strangers() -> None:
    """Let in who bears METRICS_TOKEN, or asks from this machine itself; anybody else finds nothing here.

    What a proxy on this machine passes on has another's address, or the mark of a proxy that nobody named.
    """
    token = current_app.config["SETTINGS"].metrics_token
    shown = request.authorization
    if token and shown is not None and shown.type == "bearer":
        if hmac.compare_digest(token, shown.token or ""):
            return
    elif request.remote_addr in _LOOPBACK and FORWARDED not in request.environ:
        return
    abort(404)


def of_standby(standing: Standing | None) -> list[Measure]:
    """How far the standby is behind from which pages are read (+Inf: unknown), and whether it is read."""
    if standing is None:
        return []
    return [
        Measure("tthc_standby_behind_seconds", standing.behind),
        Measure("tthc_standby_read", float(standing.is_read)),
    ]


def as_text(measures: Iterable[Measure]) -> str:
    """One line a measure, each name introduced by its type."""
    lines = ["# TYPE tthc_info gauge", f'tthc_info{{version="{__version__}"}} 1']
    for name, same in groupby(measures, key=lambda one: one.name):
        lines.append(f"# TYPE {name} gauge")
        lines.extend(f"{name}{_labels(one.labels)} {_value(one.value)}" for one in same)
    return "\n".join(lines) + "\n"


def _labels(labels: Mapping[str, str]) -> str:
    return "{" + ",".join(f'{key}="{value}"' for key, value in labels.items()) + "}" if labels else ""


def _value(value: float) -> str:
    return f"{value:.15g}" if isfinite(value) else "+Inf"
