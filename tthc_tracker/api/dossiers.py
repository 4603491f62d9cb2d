"""Dossiers of the caller's source: submit, move on, read one, read what has changed."""

import datetime as dt
from typing import Any

from flask import Response, jsonify, request, url_for
from sqlalchemy.orm import Session

from tthc_tracker import clock
from tthc_tracker.api import schemas
from tthc_tracker.api.blueprint import IDEMPOTENCY, IF_MATCH, IF_NONE_MATCH, blueprint, documented
from tthc_tracker.api.conditional import tag_of, tagged
from tthc_tracker.api.cursors import cursor, number_of
from tthc_tracker.api.guarding import caller, needs
from tthc_tracker.api.once import once
from tthc_tracker.api.problems import FieldError, Problem, invalid
from tthc_tracker.domain.apitokens import ApiScope
from tthc_tracker.domain.errors import ConflictingDossier, NotFound
from tthc_tracker.domain.exchangeobject import PERSONAL, exchange_object, iso, stamp, status_of
from tthc_tracker.domain.lifecycle import SourceKind
from tthc_tracker.extensions import database
from tthc_tracker.queries import archives
from tthc_tracker.queries.exchange import Change, SentDossier, changed_since, sent_dossier
from tthc_tracker.services import changes, exchanging
from tthc_tracker.services.answers import Answer
from tthc_tracker.services.exchanging import Taken
from tthc_tracker.wording import importing, years
from tthc_tracker.wording import problems as words


def _missing(session: Session, code: str) -> Problem:
    """404, with a reason of its own where the source's dossier lies in an archive."""
    archived = archives.find(session, code, source_id=caller().source_id)
    return Problem(404, years.sent_lies_in_archive(archived.year, archived.at) if archived else "")


@blueprint.route("/dossiers", methods=["POST"])
@needs(ApiScope.SUBMIT)
@documented(ApiScope.SUBMIT, 400, 409, 413, 415, parameters=[IDEMPOTENCY])
@blueprint.arguments(schemas.NewDossier)
@blueprint.response(201, schemas.TakenDossier, headers={"Location": {"schema": {"type": "string"}}},
                    description="Đã nhận hồ sơ mới")  # fmt: skip
@blueprint.alt_response(200, schema=schemas.TakenDossier, success=True, description="Đã có, nội dung như cũ")
def submit(row: dict[str, str]) -> Response:
    """Gửi một hồ sơ.

    MaHoSo là khoá tự nhiên: gửi lại y nguyên thì trả lời 200, gửi nội dung khác thì 409 và không ghi đè.
    """

    def work(session: Session) -> Answer:
        taken = exchanging.submit(session, caller().source_id, row, now=clock.now())
        return Answer(201 if taken.new else 200, _taken(taken))

    try:
        response = once(row, work)
    except ConflictingDossier:  # what another source's dossier is called is kept beside it, though refused
        with database.transaction() as session:
            exchanging.note_claim(session, caller().source_id, row, now=clock.now())
        raise
    if response.status_code == 201:
        response.headers["Location"] = url_for("dossiers.read", code=row["MaHoSo"])
    return response


@blueprint.route("/dossiers/<dossier_code:code>/status", methods=["PATCH"])
@needs(ApiScope.UPDATE)
@documented(ApiScope.UPDATE, 400, 404, 409, 412, 413, 415, parameters=[IDEMPOTENCY, IF_MATCH])
@blueprint.arguments(schemas.StatusChange)
@blueprint.response(200, schemas.TakenDossier, description="Trạng thái sau khi cập nhật")
def update_status(row: dict[str, str], code: str) -> Response:
    """Cập nhật trạng thái của một hồ sơ mà nguồn đã gửi.

    Gửi trạng thái và các ngày thuộc về trạng thái đó; những gì không gửi giữ như đã biết. Đi lùi: 409.
    Với If-Match, chỉ ghi khi hồ sơ còn đúng như ETag đã đọc; đã khác: 412.
    """

    def work(session: Session) -> Answer:
        if request.if_match:
            _check_unchanged(session, code)
        try:
            taken = exchanging.update_status(session, caller().source_id, code, row, now=clock.now())
        except NotFound:
            raise _missing(session, code) from None
        return Answer(200, _taken(taken))

    return once(row, work)


@blueprint.route("/dossiers/<dossier_code:code>", methods=["GET"])
@needs(ApiScope.READ)
@documented(ApiScope.READ, 404, parameters=[IF_NONE_MATCH])
@blueprint.response(200, schemas.Dossier, headers={"ETag": {"schema": {"type": "string"}}},
                    description="Hồ sơ như đang lưu")  # fmt: skip
@blueprint.alt_response(304, success=True, description="Không đổi so với ETag đã biết")
def read(code: str) -> Response:
    """Đọc một hồ sơ mà nguồn đã gửi."""
    with database.reading() as session:
        found = sent_dossier(session, caller().source_id, code)
        if found is None:
            raise _missing(session, code)
    return tagged(_shown(found, clock.now()))


@blueprint.route("/dossiers", methods=["GET"])
@needs(ApiScope.READ)
@documented(ApiScope.READ)
@blueprint.arguments(schemas.ChangesQuestion, location="query")
@blueprint.response(200, schemas.Changes, description="Hồ sơ đã đổi, theo thứ tự thay đổi")
def changed(question: dict[str, Any]) -> Response:
    """Đọc những hồ sơ của nguồn đã thay đổi từ con trỏ trước.

    Không bỏ sót: một hồ sơ đổi thêm lần nữa sẽ hiện lại về sau. Cùng một hồ sơ có thể được đọc hơn một lần.
    """
    source_id, most = caller().source_id, question["limit"]
    number = number_of(question["changed_since"], source_id)
    if number is None:
        raise invalid([FieldError("changed_since", words.BAD_CURSOR)])
    found = _changes(source_id, number, most)
    return jsonify({
        "items": [_shown(change.dossier, clock.now()) for change in found[:most]],
        "next": cursor(source_id, found[:most][-1].number if found else number),
        "more": len(found) > most,
    })  # fmt: skip


def _check_unchanged(session: Session, code: str) -> None:
    """Go on only if the dossier is what the caller has read; it is held from here to the commit."""
    found = exchanging.hold(session, caller().source_id, code)
    if found is not None and not request.if_match.contains(tag_of(_shown(found, clock.now()))):
        raise Problem(412, words.CHANGED_MEANWHILE)


def _changes(source_id: int, number: int, most: int) -> list[Change]:
    """A page and one more, after what is new has been put in order as far as the page needs it."""
    with database.reading() as session:
        found = changed_since(session, source_id, number, most + 1)
    if len(found) > most:
        return found
    with database.transaction() as session:
        if not changes.put_in_order(session, source_id, most + 1 - len(found)):
            return found
    with database.reading() as session:
        return changed_since(session, source_id, number, most + 1)


def _taken(taken: Taken) -> dict[str, Any]:
    facts = taken.dossier.facts
    return {
        "MaHoSo": facts.code,
        "TrangThaiHoSo": status_of(facts.state, facts.result_kind),
        "HanTiepNhan": stamp(taken.dossier.reception_due_at),
        "NgayHenTra": stamp(facts.due_at),
        "warnings": [
            {"code": warning.value, "message": importing.WARNINGS[warning]} for warning in taken.warnings
        ],
    }


def _shown(dossier: SentDossier, now: dt.datetime) -> dict[str, Any]:
    """The dossier in the vocabulary; nothing personal of one that the desk may have corrected."""
    fields = exchange_object(dossier.facts)
    if caller().source_kind is SourceKind.HOME:
        fields = {name: value for name, value in fields.items() if name not in PERSONAL}
    limit = dossier.limit
    return fields | {
        "HanTiepNhan": stamp(dossier.reception_due_at),
        "late": dossier.is_late(now),
        "overdue_from": iso(dossier.overdue_from),
        "paused_since": iso(dossier.paused_since),
        "limit_amount": None if limit is None else f"{limit.amount.normalize():f}",
        "limit_unit": None if limit is None else limit.unit.value,
        "reception_round": dossier.reception_round,
    }
