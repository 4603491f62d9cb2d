"""The statutory table of a period, for systems that show it or report it on: what the command prints."""

from typing import Any

from flask import Response

from tthc_tracker import clock
from tthc_tracker.api import catalogueschemas as schemas
from tthc_tracker.api.blueprint import IF_NONE_MATCH, blueprint, documented
from tthc_tracker.api.conditional import tagged
from tthc_tracker.api.guarding import caller, needs
from tthc_tracker.domain.apitokens import ApiScope
from tthc_tracker.domain.permissions import NOTHING, Scope
from tthc_tracker.extensions import database
from tthc_tracker.queries import statistics as reads
from tthc_tracker.queries import statisticsquestions as questions
from tthc_tracker.queries.scoping import scope_of
from tthc_tracker.queries.statisticscells import By
from tthc_tracker.spreadsheets import statutoryjson

KEEP = 60  # seconds: a process keeps an answer for as long (decision 0008)


@blueprint.route("/statistics", methods=["GET"], tags=["statistics"])
@needs(ApiScope.STATISTICS)
@documented(ApiScope.STATISTICS, parameters=[IF_NONE_MATCH])
@blueprint.arguments(schemas.StatisticsQuestion, location="query")
@blueprint.response(200, schemas.StatisticsAnswer, headers={"ETag": {"schema": {"type": "string"}}},
                    description="Biểu theo luật định của kỳ")  # fmt: skip
@blueprint.alt_response(304, success=True, description="Số liệu không đổi so với ETag đã biết")
def statistics(asked: dict[str, Any]) -> Response:
    """Đọc biểu thống kê của một kỳ: tiếp nhận, giải quyết, tồn, tỷ lệ; trong phạm vi cơ quan của khoá."""
    second = asked["date"] == questions.REAPPOINTED
    with database.reading() as session:
        bound = caller().agency_id
        scope: Scope = NOTHING if bound is None else scope_of(session, [bound])
        days = (asked["from_"], asked["to"])
        question = questions.between(session, days, By(asked["by"]), scope, asked["agency"], second=second)
        found = reads.statutory(session, question, clock.now())
    body = {"date": asked["date"]} | statutoryjson.table(found)
    figures = {name: value for name, value in body.items() if name != "as_of"}
    return tagged(body, keep=KEEP, known_by=figures)
