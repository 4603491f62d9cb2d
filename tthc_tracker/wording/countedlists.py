"""The columns of the lists behind the numbers of a summary."""

from tthc_tracker.wording.columns import Column, Columns, dated
from tthc_tracker.wording.labels import label
from tthc_tracker.wording.promiseddates import lawful
from tthc_tracker.wording.statistics import STANDINGS

DOSSIERS, ROUNDS, TRANSFERS = "hồ sơ", "lượt nộp", "lượt chuyển"


def _columns(name: str, *, of_reception: bool) -> Columns:
    procedure_code = Column("procedure_code", "Mã thủ tục", lambda row, _: row.procedure_code, "code")
    agency_code = Column("agency_code", "Mã cơ quan", lambda row, _: row.agency_code, "code")
    # Their only order is that of the register (the primary key): the rows of a cell come from three indexes
    # by day, and any other order would sort all of them for every page.
    every = (
        Column("code", "Mã hồ sơ", lambda row, _: row.code, "code"),
        Column("procedure", "Thủ tục", lambda row, _: row.procedure, "long", parts=(procedure_code,)),
        procedure_code,
        Column("owner", "Chủ hồ sơ", lambda row, _: row.owner),
        Column(
            "agency", "Nơi tiếp nhận" if of_reception else "Nơi giải quyết", lambda row, _: row.agency,
            parts=(agency_code,),
        ),
        agency_code,
        Column("channel", "Kênh", lambda row, _: label(row.channel)),
        dated("submitted", "Nộp lúc", lambda row: row.submitted_at),
        dated("reception_due", "Hạn tiếp nhận", lambda row: row.reception_due_at),
        dated("answered", "Trả lời", lambda row: row.reception_answered_at),
        dated("accepted", "Tiếp nhận", lambda row: row.accepted_at),
        *lawful(),
        dated("closed", "Kết thúc", lambda row: row.closed_at),
        Column(
            "standing", "Tình trạng cuối kỳ", lambda row, _: STANDINGS[row.standing], "mark",
            badge=lambda row: row.standing,
        ),
    )  # fmt: skip
    dates = ("submitted", "reception_due", "answered") if of_reception else ("accepted", "due", "closed")
    unasked = ("code", "procedure", "owner", "agency", "channel", *dates, "standing")
    return Columns(name, "Hồ sơ của số liệu", "ho-so-so-lieu", every, unasked)


RESOLVED = _columns("counted", of_reception=False)
RECEIVED = _columns("counted_reception", of_reception=True)
COLUMNS = {columns.name: columns for columns in (RESOLVED, RECEIVED)}
