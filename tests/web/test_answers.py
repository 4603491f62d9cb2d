"""What a process has reckoned is reckoned by one of those who ask, for all of them."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from sqlalchemy.orm import Session

from tests.support.moments import at
from tthc_tracker.extensions import Database
from tthc_tracker.web.reports.answers import Answers

NOW = at("Mon 2026-11-23 09:10")


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_who_asks_while_it_is_reckoned_gets_the_same_answer(database: Database) -> None:
    answers: Answers[str] = Answers(dt.timedelta(minutes=1))
    begun, go_on, times = Event(), Event(), []

    def reckon() -> str:
        times.append(1)
        begun.set()
        assert go_on.wait(30)
        return "the table"

    def ask(session: Session) -> str:
        return answers.get(session, "by agency", NOW, reckon)

    with database.reading() as session, ThreadPoolExecutor(3) as people:
        first = people.submit(ask, session)
        assert begun.wait(30)
        others = [people.submit(ask, session) for _ in range(2)]
        go_on.set()
        assert {first.result(30), *(other.result(30) for other in others)} == {"the table"}
    assert len(times) == 1


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_what_fails_is_not_kept_and_holds_nobody_up(database: Database) -> None:
    answers: Answers[str] = Answers(dt.timedelta(minutes=1))

    def fail() -> str:
        raise LookupError

    with database.reading() as session:
        with pytest.raises(LookupError):
            answers.get(session, "by agency", NOW, fail)
        assert answers.get(session, "by agency", NOW, lambda: "the table") == "the table"
