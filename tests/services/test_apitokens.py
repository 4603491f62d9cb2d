"""Keys of other systems: issued once, by those who may, and worth nothing once revoked."""

import dataclasses
import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from tests.support.desk import OPENED, Office, open_office
from tthc_tracker.domain.apitokens import ApiScope
from tthc_tracker.domain.errors import InvalidInput, NotAllowed, NotFound, NotNow
from tthc_tracker.domain.permissions import Membership, Role
from tthc_tracker.extensions import Database
from tthc_tracker.models.api import ApiToken
from tthc_tracker.models.history import AuditEntry
from tthc_tracker.queries import apitokens as queries
from tthc_tracker.services import apitokens
from tthc_tracker.services.apitokens import IssueToken, RotateToken

COMMAND = IssueToken("provincial-portal", "Cổng tỉnh", frozenset({ApiScope.READ}), 30)


@pytest.fixture
def office(database: Database) -> Office:
    with database.transaction() as session:
        return open_office(session)


def administrator(office: Office, agency_id: int) -> Any:
    return dataclasses.replace(office.clerk, memberships=(Membership(Role.ADMINISTRATOR, agency_id),))


def test_only_who_administers_every_agency_issues_and_revokes(database: Database, office: Office) -> None:
    """A source's dossiers lie in every agency: a key of it is not a commune's to give."""
    with database.transaction() as session:
        token_id, _ = apitokens.issue(
            session, COMMAND, actor=administrator(office, office.province), now=OPENED
        )
    for stranger in (administrator(office, office.ward), office.controller, office.clerk):
        with pytest.raises(NotAllowed), database.transaction() as session:
            apitokens.issue(session, COMMAND, actor=stranger, now=OPENED)
        with pytest.raises(NotAllowed), database.transaction() as session:
            apitokens.revoke(session, token_id, actor=stranger, now=OPENED)


def test_a_key_is_kept_as_a_hash_and_every_act_on_it_is_noted(database: Database, office: Office) -> None:
    actor = administrator(office, office.province)
    with database.transaction() as session:
        token_id, text = apitokens.issue(session, COMMAND, actor=actor, now=OPENED)
        for _ in range(2):
            apitokens.revoke(session, token_id, actor=actor, now=OPENED)
    with database.reading() as session:
        kept = session.execute(select(ApiToken)).scalar_one()
        noted = session.execute(
            select(AuditEntry).where(AuditEntry.object_type == "api_token").order_by(AuditEntry.id)
        ).scalars().all()  # fmt: skip
        assert text not in {str(value) for value in vars(kept).values()}
        assert kept.hint == text[-4:]
        assert [entry.action for entry in noted] == ["api_token_issued", "api_token_revoked"]
        assert text not in str([entry.facts for entry in noted])
        assert apitokens.recognise(session, text, OPENED) is None


def test_a_key_is_recognised_until_its_last_day(database: Database, office: Office) -> None:
    with database.transaction() as session:
        _, text = apitokens.issue(session, COMMAND, actor=None, now=OPENED)
        known = apitokens.recognise(session, text, OPENED + dt.timedelta(days=29))
        assert known is not None
        assert (known.source_code, known.scopes) == ("provincial-portal", {ApiScope.READ})
        assert apitokens.recognise(session, text, OPENED + dt.timedelta(days=30)) is None
        assert apitokens.recognise(session, text + "x", OPENED) is None
        [line] = queries.tokens(session)
        assert [line.is_valid(OPENED + dt.timedelta(days=days)) for days in (29, 30)] == [True, False]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        pytest.param({"source_code": "nobody"}, "source", id="no such source"),
        pytest.param({"name": "  "}, "name", id="no name"),
        pytest.param({"name": "a\0"}, "name", id="a name nobody typed"),
        pytest.param({"scopes": frozenset()}, "scopes", id="a key to nothing"),
        pytest.param({"days": 0}, "days", id="over before it begins"),
        pytest.param({"days": 731}, "days", id="longer than anybody remembers it"),
    ],
)
@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_what_makes_no_key_is_named(
    database: Database, office: Office, changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused, database.transaction() as session:
        apitokens.issue(session, dataclasses.replace(COMMAND, **changed), actor=None, now=OPENED)
    assert refused.value.field == field


def test_a_key_that_is_not_there_cannot_be_revoked(database: Database, office: Office) -> None:
    with pytest.raises(NotFound), database.transaction() as session:
        apitokens.revoke(session, 77, actor=None, now=OPENED)


def test_a_key_that_is_replaced_goes_on_for_as_long_as_was_said(database: Database, office: Office) -> None:
    with database.transaction() as session:
        token_id, old = apitokens.issue(session, COMMAND, actor=None, now=OPENED)
        number, new = apitokens.rotate(session, RotateToken(token_id, 24), actor=None, now=OPENED)
    later = OPENED + dt.timedelta(hours=24)
    with database.reading() as session:
        assert number != token_id
        before, after = (apitokens.recognise(session, each, OPENED) for each in (old, new))
        assert before is not None
        assert after is not None
        assert (before.scopes, before.source_id) == (after.scopes, after.source_id)
        assert apitokens.recognise(session, old, later) is None
        assert apitokens.recognise(session, new, later) is not None
    with pytest.raises(NotFound), database.transaction() as session:
        apitokens.rotate(session, RotateToken(token_id), actor=None, now=later)


def test_a_key_that_has_a_successor_is_not_replaced_once_more(database: Database, office: Office) -> None:
    """Its end was brought forward: what is reckoned from it would give a key of a day."""
    with database.transaction() as session:
        token_id, _ = apitokens.issue(session, COMMAND, actor=None, now=OPENED)
        number, _ = apitokens.rotate(session, RotateToken(token_id, 24), actor=None, now=OPENED)
    with pytest.raises(NotNow, match="khoá thay thế"), database.transaction() as session:
        apitokens.rotate(session, RotateToken(token_id, 24), actor=None, now=OPENED)
    with database.transaction() as session:
        _, text = apitokens.rotate(session, RotateToken(number, 24), actor=None, now=OPENED)
        assert apitokens.recognise(session, text, OPENED + dt.timedelta(days=29)) is not None


def test_a_key_that_reads_figures_names_whose(database: Database, office: Office) -> None:
    reads = dataclasses.replace(COMMAND, scopes=frozenset({ApiScope.STATISTICS}))
    for code in ("", "H99"):
        wrong = dataclasses.replace(reads, agency_code=code)
        with pytest.raises(InvalidInput, match="cơ quan"), database.transaction() as session:
            apitokens.issue(session, wrong, actor=None, now=OPENED)
    with database.transaction() as session:
        right = dataclasses.replace(reads, agency_code="H50.19000")
        _, text = apitokens.issue(session, right, actor=None, now=OPENED)
        caller = apitokens.recognise(session, text, OPENED)
        assert caller is not None
        assert caller.agency_id == office.ward
