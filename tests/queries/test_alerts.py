"""The bell costs what is open, not what was ever raised."""

import pytest
from sqlalchemy import Engine, event

from tthc_tracker.extensions import Database
from tthc_tracker.queries import alerts, surroundings


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("ask", [alerts.open_count, surroundings.surroundings])
def test_the_bell_reads_the_index_of_open_alerts(database: Database, ask: object) -> None:
    asked: list[tuple[str, object]] = []

    def hear(_c: object, _cursor: object, statement: str, given: object, _x: object, _many: bool) -> None:
        asked.append((statement, given))

    engine: Engine = database.engine
    with database.reading() as session:
        event.listen(engine, "before_cursor_execute", hear)
        ask(session, 1)
        event.remove(engine, "before_cursor_execute", hear)
        plan = session.connection().exec_driver_sql("EXPLAIN QUERY PLAN " + asked[0][0], asked[0][1]).all()
    assert any("ix_alert_recipient_user_id" in row.detail for row in plan), plan
