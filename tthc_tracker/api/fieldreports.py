"""Field reports of the caller's system: send one, its photo, read how it stands."""

import hashlib
from typing import Any

from flask import Response, current_app, jsonify, request, url_for
from sqlalchemy.orm import Session

from tthc_tracker import clock
from tthc_tracker.api import schemas
from tthc_tracker.api.blueprint import IDEMPOTENCY, blueprint, documented
from tthc_tracker.api.guarding import caller, needs
from tthc_tracker.api.once import once
from tthc_tracker.api.problems import Problem
from tthc_tracker.domain.apitokens import ApiScope
from tthc_tracker.domain.errors import RefusedUse
from tthc_tracker.domain.exchangeobject import stamp
from tthc_tracker.domain.photos import LARGEST
from tthc_tracker.extensions import database
from tthc_tracker.queries import fieldreports as reads
from tthc_tracker.services import fieldreportsending
from tthc_tracker.services.answers import Answer
from tthc_tracker.services.fieldreportphotos import Album


@blueprint.route("/field-reports", methods=["POST"])
@needs(ApiScope.FIELD_REPORTS)
@documented(ApiScope.FIELD_REPORTS, 400, 409, 413, 415, parameters=[IDEMPOTENCY])
@blueprint.arguments(schemas.NewReport)
@blueprint.response(201, schemas.SentReport, headers={"Location": {"schema": {"type": "string"}}},
                    description="Đã nhận phản ánh mới")  # fmt: skip
@blueprint.alt_response(200, schema=schemas.SentReport, success=True, description="Đã có, nội dung như cũ")
def submit_report(row: dict[str, str]) -> Response:
    """Gửi một phản ánh hiện trường.

    MaPhanAnh là khoá tự nhiên: gửi lại y nguyên thì trả lời 200, gửi nội dung khác thì 409 và không ghi đè.
    """

    def work(session: Session) -> Answer:
        code, new = fieldreportsending.send(session, caller().source_id, row, now=clock.now())
        return Answer(201 if new else 200, _shown(session, code))

    response = once(row, work)
    if response.status_code == 201:
        response.headers["Location"] = url_for("dossiers.read_report", code=row["MaPhanAnh"])
    return response


@blueprint.route("/field-reports/<string:code>", methods=["GET"])
@needs(ApiScope.FIELD_REPORTS)
@documented(ApiScope.FIELD_REPORTS, 404)
@blueprint.response(200, schemas.SentReport, description="Phản ánh như đang lưu")
def read_report(code: str) -> Response:
    """Đọc một phản ánh mà hệ thống này đã gửi."""
    with database.reading() as session:
        return jsonify(_shown(session, code))


@blueprint.route("/field-reports/<string:code>/photo", methods=["PUT"])
@needs(ApiScope.FIELD_REPORTS)
@documented(ApiScope.FIELD_REPORTS, 400, 404, 413, parameters=[IDEMPOTENCY])
@blueprint.response(204, description="Đã nhận ảnh; vị trí và thời gian trong ảnh đã bỏ")
def put_photo(code: str) -> Response:
    """Gửi ảnh của một phản ánh: nội dung là chính tệp JPEG hay PNG, nhiều nhất 5 MB; thay ảnh gửi trước."""
    request.max_content_length = LARGEST
    album = Album(current_app.config["SETTINGS"].var)
    content = request.get_data()
    name, useless = album.keep(content), []

    def work(session: Session) -> Answer:
        before = fieldreportsending.attach(session, caller().source_id, code, name, now=clock.now())
        useless.append(before)
        return Answer(204, {})

    try:
        response = once({"sha256": hashlib.sha256(content).hexdigest()}, work)
    except (RefusedUse, Problem):
        album.forget(name)
        raise
    for each in useless or [name]:  # the photo before; or this one, of a request that was carried out before
        if each:
            album.forget(each)
    return response


def _shown(session: Session, code: str) -> dict[str, Any]:
    """What the sender may know of it: how it stands, the answer; nothing of who reported."""
    found = reads.sent(session, caller().source_id, code)
    if found is None:
        raise Problem(404)
    return {
        "MaPhanAnh": found.code,
        "TrangThai": found.state.value,
        "DonViXuLy": found.handling_code,
        "HanTraLoi": stamp(found.due_at),
        "NgayTraLoi": stamp(found.answered_at),
        "TraLoi": found.answer or None,
        "CongKhai": found.published,
        "late": (found.answered_at or clock.now()) >= found.late_from,
    }
