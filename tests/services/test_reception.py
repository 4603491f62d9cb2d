"""Receiving at the desk: one dossier, one code, one promise, whatever is sent how often."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from tests.support.desk import Office, new_key, open_office
from tests.support.moments import at, on
from tthc_tracker.domain.errors import (
    CodeSeriesExhausted,
    ConflictingSubmission,
    DuplicateSubmission,
    InvalidInput,
    NotAllowed,
    NotFound,
)
from tthc_tracker.domain.lifecycle import ApplicantKind, Channel, EventKind, State
from tthc_tracker.domain.people import Sex
from tthc_tracker.domain.receipttoken import receipt_token, token_hash
from tthc_tracker.domain.receptionfacts import Fee, Paper, Party, ReceptionFacts
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.dossier import Dossier, DossierCode
from tthc_tracker.models.history import DossierEvent, EventPrivate
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import ProcedureLimit
from tthc_tracker.models.reception import CodeCounter, DossierComponent, ReceptionRound, Submission
from tthc_tracker.models.setting import Setting
from tthc_tracker.queries import search
from tthc_tracker.queries.reception import facts_of
from tthc_tracker.services.reception import ReceiveDossier, Reception, receive
from tthc_tracker.services.receptionfacts import checked
from tthc_tracker.services.revisions import raise_revision

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tthc_tracker.extensions import Database

MONDAY = at("Mon 2026-11-23 14:00")
AN = Party("Nguyễn Văn An", id_number="045090001234", birth_on=dt.date(1990, 5, 1), sex=Sex.MALE)
FACTS = ReceptionFacts("1.004873", AN)


@pytest.fixture
def office(write: "Session") -> Office:
    return open_office(write)


def take(session: "Session", office: Office, facts: ReceptionFacts = FACTS, **more: Any) -> Reception:
    command = ReceiveDossier(more.pop("key", "") or new_key(), more.pop("desk", office.ward), facts)
    actor, now = more.pop("actor", office.clerk), more.pop("now", MONDAY)
    return receive(session, command, actor=actor, now=now, **more)


def test_a_reception_gives_code_promise_and_first_event(write: "Session", office: Office) -> None:
    made = take(write, office)
    dossier = write.get_one(Dossier, made.dossier_id)
    assert (made.code, made.due_at) == ("H50.19000-261123-0001", at("Fri 2026-11-27 14:00"))
    assert (dossier.state, dossier.version, dossier.id // 10**10) == (State.RECEIVED, 1, 2026)
    assert dossier.overdue_from == at("Sat 2026-11-28 00:00")
    assert dossier.next_check_at is not None
    event = write.execute(select(DossierEvent)).scalar_one()
    assert (event.kind, event.seq, event.occurred_at, event.actor_name) == (
        EventKind.RECEIVED, 1, MONDAY, "Lê Thị Một Cửa",
    )  # fmt: skip
    assert event.facts["procedure"] == "1.004873"


def test_the_acceptance_is_cut_to_the_minute(write: "Session", office: Office) -> None:
    made = take(write, office, now=MONDAY.replace(second=41))
    assert write.get_one(Dossier, made.dossier_id).accepted_at == MONDAY


def test_codes_of_a_desk_and_day_follow_one_another(write: "Session", office: Office) -> None:
    codes = [take(write, office).code for _ in range(3)]
    assert codes == [f"H50.19000-261123-000{number}" for number in (1, 2, 3)]
    other = take(write, office, desk=office.other, actor=office.stranger)
    assert other.code == "H50.19001-261123-0001"
    tomorrow = take(write, office, now=at("Wed 2026-11-25 08:00"))
    assert tomorrow.code == "H50.19000-261125-0001"


def test_a_code_that_an_import_brought_is_passed_over(write: "Session", office: Office) -> None:
    first = take(write, office)
    write.add(
        DossierCode(code="H50.19000-261123-0002", dossier_id=first.dossier_id, source_id=1, kind="portal")
    )
    assert take(write, office).code == "H50.19000-261123-0003"


def test_the_pattern_of_codes_is_a_setting_with_a_day(write: "Session", office: Office) -> None:
    write.add(
        Setting(name="code_pattern", valid_from=on("Tue 2026-11-24"), value="{agency}/{yymmdd}/{seq:05}")
    )
    raise_revision(write, "settings")
    assert take(write, office).code == "H50.19000-261123-0001"
    assert take(write, office, now=at("Wed 2026-11-25 08:00")).code == "H50.19000/261125/00001"


def test_a_desk_without_a_number_left_says_so(write: "Session", office: Office) -> None:
    write.add(CodeCounter(agency_id=office.ward, day=MONDAY.date(), series="", last=9999))
    with pytest.raises(CodeSeriesExhausted):
        take(write, office)


def test_what_was_noted_reads_back_as_it_was_checked(write: "Session", office: Office) -> None:
    facts = ReceptionFacts(
        "2.000815",
        replace(AN, phone="0912 345.678", email="an@example.vn", address="  Thôn 1,  xã Cam Lộ "),
        owner=Party("Công ty TNHH Sông Hiếu", ApplicantKind.BUSINESS, id_number="3200123456"),
        papers=(
            Paper("Tờ khai", originals=1, digitised=True),
            Paper("Bản sao không nộp"),
            Paper("Sổ hộ khẩu", copies=2),
        ),
        fee=Fee(8000, "paid", "cash"),
        abstract="Chứng thực bằng",
        sets=2,
        note="hẹn gọi điện",
        resolving_agency_id=office.ward,
        returning_agency_id=office.other,
    )
    made = take(write, office, facts)
    dossier = write.get_one(Dossier, made.dossier_id)
    kept = facts_of(write, dossier)
    assert kept == checked(facts, MONDAY)
    assert (kept.applicant.phone, kept.applicant.address) == ("0912345678", "Thôn 1, xã Cam Lộ")
    assert [paper.name for paper in kept.papers] == ["Tờ khai", "Sổ hộ khẩu"]
    assert dossier.components_digitised is False
    assert dossier.fully_electronic is False


def test_remarks_and_names_stay_out_of_the_events_own_facts(write: "Session", office: Office) -> None:
    made = take(write, office, replace(FACTS, note="con ông An"))
    facts = write.execute(select(DossierEvent.facts)).scalar_one()
    private = write.execute(select(EventPrivate.payload)).scalar_one()
    assert "An" not in str(facts)
    assert private == {"note": "con ông An"}
    assert made.code


def test_the_applicant_is_the_owner_unless_told_otherwise(write: "Session", office: Office) -> None:
    alone = write.get_one(Dossier, take(write, office).dossier_id)
    assert alone.applicant_id == alone.owner_id
    child = write.get_one(
        Dossier, take(write, office, replace(FACTS, owner=Party("Nguyễn An Nhiên"))).dossier_id
    )
    assert child.applicant_id != child.owner_id


def test_a_received_dossier_is_found_by_either_name(write: "Session", office: Office) -> None:
    made = take(write, office, replace(FACTS, owner=Party("Nguyễn An Nhiên")))
    for typed in ("nguyen van an", "an nhien", "1234", made.code):
        assert [row.code for row in search.find(write, typed, office.clerk.scope).rows] == [made.code]


def test_post_is_answered_within_a_reception_round(write: "Session", office: Office) -> None:
    arrived = at("Mon 2026-11-23 08:15")
    made = take(write, office, replace(FACTS, channel=Channel.POST, arrived_at=arrived))
    round_ = write.execute(select(ReceptionRound)).scalar_one()
    dossier = write.get_one(Dossier, made.dossier_id)
    assert (round_.started_at, round_.answered_at, round_.answer) == (arrived, MONDAY, "receipt")
    assert (dossier.channel, dossier.arrived_at) == (Channel.POST, arrived)
    assert dossier.reception_answered_at == MONDAY


def test_the_receipt_token_is_kept_as_a_hash(write: "Session", office: Office) -> None:
    made = take(write, office, secret="s" * 32)
    kept = write.get_one(Dossier, made.dossier_id).receipt_token_hash
    assert kept == token_hash(receipt_token("s" * 32, made.code))


# --- sent twice


def test_the_same_form_sent_again_makes_nothing_and_leads_to_the_first(
    write: "Session", office: Office
) -> None:
    key = new_key()
    made = take(write, office, key=key)
    with pytest.raises(DuplicateSubmission) as caught:
        take(write, office, key=key, now=MONDAY + dt.timedelta(minutes=3))
    assert caught.value.outcome == made.code
    assert write.execute(select(func.count()).select_from(Dossier)).scalar_one() == 1


def test_other_content_under_the_same_key_is_a_conflict(write: "Session", office: Office) -> None:
    key = new_key()
    take(write, office, key=key)
    with pytest.raises(ConflictingSubmission):
        take(write, office, replace(FACTS, sets=2), key=key)


def test_somebody_elses_key_leads_nowhere(write: "Session", office: Office) -> None:
    key = new_key()
    take(write, office, key=key)
    with pytest.raises(NotFound):
        take(write, office, key=key, desk=office.other, actor=office.stranger)


def test_a_refused_form_may_be_sent_again_with_its_key(database: "Database") -> None:
    with database.transaction() as session:
        office = open_office(session)
    key = new_key()
    with pytest.raises(InvalidInput), database.transaction() as session:
        take(session, office, replace(FACTS, sets=0), key=key)
    with database.transaction() as session:
        assert take(session, office, key=key).code.endswith("-0001")


def test_eight_desks_at_once_give_no_number_twice_and_leave_no_gap(database: "Database") -> None:
    with database.transaction() as session:
        office = open_office(session)

    def one(_: int) -> str:
        with database.transaction() as session:
            return take(session, office).code

    with ThreadPoolExecutor(8) as pool:
        codes = sorted(pool.map(one, range(40)))
    assert codes == [f"H50.19000-261123-{number:04}" for number in range(1, 41)]


def test_one_form_sent_eight_times_at_once_makes_one_dossier(database: "Database") -> None:
    with database.transaction() as session:
        office = open_office(session)
    key = new_key()

    def one(_: int) -> str | None:
        try:
            with database.transaction() as session:
                return take(session, office, key=key).code
        except DuplicateSubmission as error:
            return error.outcome

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(one, range(8)))
    assert answers == {"H50.19000-261123-0001"}
    with database.reading() as session:
        for table in (Dossier, Submission, DossierEvent, Person):
            assert session.execute(select(func.count()).select_from(table)).scalar_one() == 1


# --- who


@pytest.mark.parametrize(
    ("who", "desk"),
    [
        pytest.param("clerk", "other", id="a clerk at a desk that is not his"),
        pytest.param("officer", "ward", id="an officer, who does not receive"),
        pytest.param("controller", "ward", id="a controller from above"),
        pytest.param("auditor", "ward", id="an auditor"),
    ],
)
def test_nobody_receives_but_the_desks_own_clerk(
    write: "Session", office: Office, who: str, desk: str
) -> None:
    with pytest.raises(NotAllowed):
        take(write, office, desk=getattr(office, desk), actor=getattr(office, who))
    assert write.execute(select(func.count()).select_from(Dossier)).scalar_one() == 0


# --- what is refused, and by which field


def _long(count: int) -> str:
    return "a" * count


@pytest.mark.parametrize(
    ("change", "field"),
    [
        pytest.param({"procedure_code": ""}, "procedure", id="no procedure"),
        pytest.param(
            {"procedure_code": "9.999999"}, "procedure", id="a procedure that is not in the catalogue"
        ),
        pytest.param({"applicant": Party("  ", id_number="045090001234")}, "full_name", id="no name"),
        pytest.param({"applicant": Party(_long(201), id_number="1")}, "full_name", id="a name too long"),
        pytest.param(
            {"applicant": Party("An\u202e", id_number="1")}, "full_name", id="a name written backwards"
        ),
        pytest.param({"applicant": Party("An")}, "id_number", id="neither a number nor why there is none"),
        pytest.param({"applicant": replace(AN, phone="12")}, "phone", id="a phone of two digits"),
        pytest.param({"applicant": replace(AN, email="an@")}, "email", id="half an address"),
        pytest.param({"applicant": replace(AN, address=_long(301))}, "address", id="an address too long"),
        pytest.param({"owner": Party("")}, "owner_full_name", id="an owner without a name"),
        pytest.param({"owner": Party("B", phone="1")}, "owner_phone", id="an owner's phone of one digit"),
        pytest.param({"channel": Channel.ONLINE}, "channel", id="online at the counter"),
        pytest.param(
            {"channel": Channel.POST, "arrived_at": MONDAY + dt.timedelta(hours=1)},
            "arrived_at",
            id="post that comes after it was received",
        ),
        pytest.param({"sets": 0}, "sets", id="no set"),
        pytest.param({"sets": 100}, "sets", id="a hundred sets"),
        pytest.param({"abstract": _long(501)}, "abstract", id="an abstract too long"),
        pytest.param({"note": _long(501)}, "note", id="a note too long"),
        pytest.param({"papers": (Paper("", copies=1),)}, "papers", id="a paper without a name"),
        pytest.param({"papers": (Paper("Tờ khai", copies=100),)}, "papers", id="a hundred copies"),
        pytest.param({"papers": (Paper("Tờ khai", copies=-1),)}, "papers", id="minus one copy"),
        pytest.param({"papers": (Paper("Tờ khai", 1),) * 61}, "papers", id="too many papers"),
        pytest.param({"fee": Fee(0, "due")}, "fee_amount", id="a fee due of nothing"),
        pytest.param({"fee": Fee(-5, "exempt")}, "fee_amount", id="a fee below nothing"),
        pytest.param({"fee": Fee(8000, "paid", None)}, "fee_method", id="paid, nobody knows how"),
        pytest.param({"fee": Fee(8000, "lent")}, "fee_state", id="a state of fees that is none"),
        pytest.param({"resolving_agency_id": 999_999}, "resolving_agency", id="an agency that is none"),
    ],
)
def test_a_fault_names_its_field_and_leaves_nothing(
    write: "Session", office: Office, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        take(write, office, replace(FACTS, **change))
    assert caught.value.field == field
    assert caught.value.message.endswith(".")
    assert write.execute(select(func.count()).select_from(Dossier)).scalar_one() == 0


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        pytest.param(Fee(8000, "none", "cash"), Fee(), id="nothing to pay keeps no amount"),
        pytest.param(Fee(0, "exempt", "cash"), Fee(0, "exempt"), id="an exemption keeps no way of paying"),
        pytest.param(Fee(8000, "due", "cash"), Fee(8000, "due"), id="what is due was not paid anyhow"),
        pytest.param(Fee(8000, "paid", "online"), Fee(8000, "paid", "online"), id="what is paid stays"),
    ],
)
def test_a_fee_keeps_what_belongs_to_its_state(given: Fee, kept: Fee) -> None:
    assert checked(replace(FACTS, fee=given), MONDAY).fee == kept


def test_an_organisation_has_neither_birthday_nor_sex() -> None:
    firm = replace(AN, kind=ApplicantKind.BUSINESS)
    kept = checked(replace(FACTS, applicant=firm), MONDAY).applicant
    assert (kept.birth_on, kept.sex) == (None, None)


def test_a_reason_for_no_number_falls_away_when_there_is_one() -> None:
    kept = checked(replace(FACTS, applicant=replace(AN, no_id_reason="quên")), MONDAY).applicant
    assert kept.no_id_reason == ""
    without = checked(replace(FACTS, applicant=replace(AN, id_number="", no_id_reason="quên")), MONDAY)
    assert without.applicant.no_id_reason == "quên"


def test_a_closed_agency_takes_nothing(write: "Session", office: Office) -> None:
    write.get_one(Agency, office.other).active_to = on("Mon 2026-11-23")
    raise_revision(write, "agencies")
    assert take(write, office, replace(FACTS, returning_agency_id=office.other)).code
    with pytest.raises(InvalidInput) as caught:
        take(
            write,
            office,
            replace(FACTS, returning_agency_id=office.other),
            now=at("Wed 2026-11-25 08:00"),
        )
    assert caught.value.field == "returning_agency"


def test_a_procedure_without_a_limit_is_refused_in_words(write: "Session", office: Office) -> None:
    for row in write.execute(select(ProcedureLimit)).scalars():
        write.delete(row)
    with pytest.raises(InvalidInput, match="thời hạn"):
        take(write, office)


def test_beyond_the_known_calendar_nothing_is_promised(write: "Session", office: Office) -> None:
    with pytest.raises(InvalidInput, match="lịch làm việc năm 2031"):
        take(write, office, now=at("Thu 2031-01-02 08:00"))


def test_a_moment_to_come_is_not_an_acceptance(write: "Session", office: Office) -> None:
    command = ReceiveDossier(new_key(), office.ward, FACTS, accepted_at=MONDAY + dt.timedelta(minutes=1))
    with pytest.raises(InvalidInput) as caught:
        receive(write, command, actor=office.clerk, now=MONDAY)
    assert caught.value.field == "accepted_at"


def test_papers_keep_their_order(write: "Session", office: Office) -> None:
    names = ["Tờ khai", "Ảnh", "Giấy chứng sinh"]
    take(write, office, replace(FACTS, papers=tuple(Paper(name, originals=1) for name in names)))
    rows = write.execute(select(DossierComponent.name).order_by(DossierComponent.position)).scalars()
    assert list(rows) == names
