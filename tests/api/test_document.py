"""The interface keeps every promise of its own document, whatever is sent: schemathesis tries to break it."""

import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from flask import Flask
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from werkzeug.serving import make_server

from tests.support import wire
from tests.support.desk import open_office
from tthc_tracker.extensions import database
from tthc_tracker.services import apitokens

EXAMPLES = 7
# What a schema cannot say (agencies, dates among each other, the state before) is refused with 422.
SHAPE_IS_NOT_ALL = {"expected-statuses": ["2xx", "304", "401", "403", "404", "409", "412", "422"]}


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The application in this process, served over HTTP on a free port."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def told(app: Flask, address: str, monkeypatch: pytest.MonkeyPatch) -> schemathesis.schemas.BaseSchema:
    """The document, with a key of every scope."""
    monkeypatch.setattr(apitokens, "RATE", 10**6)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with database.transaction() as session:
        open_office(session)
    wire.System(app, wire.token()).send("POST", "/dossiers", wire.accepted())
    config = SchemathesisConfig.from_dict({
        "seed": 3,
        "headers": {"Authorization": f"Bearer {wire.token()}"},
        "generation": {"max-examples": EXAMPLES, "database": "none"},
        "checks": {"positive_data_acceptance": SHAPE_IS_NOT_ALL},
    })  # fmt: skip
    return schemathesis.openapi.from_url(f"{address}/api/v1/openapi.json", config=config)


def faults(event: Any) -> list[str]:
    """What an event of a run has against the interface."""
    if isinstance(event, events.NonFatalError | events.FatalError):
        return [repr(event)]
    if not isinstance(event, events.ScenarioFinished):
        return []
    return [
        f"{check.name}: {check.failure_info.failure}\n{check.failure_info.code_sample}"
        for checks in event.recorder.checks.values()
        for check in checks
        if check.failure_info is not None
    ]


def statuses(event: Any) -> Counter[int]:
    """What was answered in a scenario."""
    if not isinstance(event, events.ScenarioFinished):
        return Counter()
    answered = (each.response for each in event.recorder.interactions.values())
    return Counter(response.status_code for response in answered if response is not None)


def test_nothing_breaks_what_the_document_says(told: schemathesis.schemas.BaseSchema) -> None:
    seen: Counter[int] = Counter()
    found: list[str] = []
    for event in from_schema(told).execute():
        found += faults(event)
        seen += statuses(event)
    assert not found, "\n\n".join(found)
    assert seen.total() > 10 * EXAMPLES
    assert {200, 400, 401, 404, 405, 415, 422} <= set(seen), seen


def _schemas(node: Any) -> Iterator[dict[str, Any]]:
    """Every schema of the document that has examples."""
    if isinstance(node, dict):
        if "examples" in node:
            yield node
        for each in node.values():
            yield from _schemas(each)
    elif isinstance(node, list):
        for each in node:
            yield from _schemas(each)


KINDS: dict[str, Any] = {"string": str, "number": (int, float), "integer": int, "boolean": bool}


def test_what_the_document_gives_as_an_example_is_what_is_taken(
    told: schemathesis.schemas.BaseSchema, app: Flask
) -> None:
    document = told.raw_schema
    given = list(_schemas(document))
    assert given
    for schema in given:
        kinds = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
        allowed = tuple(KINDS[kind] for kind in kinds if kind in KINDS)
        for example in schema["examples"]:
            assert any(isinstance(example, kind) for kind in allowed), schema
            assert len(str(example)) <= schema.get("maxLength", 64), schema
    system = wire.System(app, wire.token())
    for name, path, body in (
        ("NewDossier", "/dossiers", wire.accepted()),
        ("NewReport", "/field-reports", wire.report()),
    ):
        properties = document["components"]["schemas"][name]["properties"]
        examples = {field: one["examples"][0] for field, one in properties.items() if "examples" in one}
        wanted = {field: value for field, value in examples.items() if field in body}
        assert system.send("POST", path, body | wanted).status_code == 201, wanted
