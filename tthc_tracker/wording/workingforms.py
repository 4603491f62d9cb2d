"""The working tables in words: what the columns of each are and which counts they add up."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from tthc_tracker.domain.performance import rate
from tthc_tracker.wording.formtables import Cell, FormColumn, FormHead, FormLine, FormTable, Rank
from tthc_tracker.wording.statutoryforms import TOTAL

COUNTED = "Đơn vị tính: số hồ sơ"


class Working(StrEnum):
    """The tables; addresses and the catalogue of titles name them so."""

    UNITS = "units"
    PROGRESS = "progress"
    ONLINE = "online"
    DIGITISED = "digitised"
    PAYMENT = "payment"
    RECEPTION = "reception"
    DESKS = "desks"
    FAULTS = "faults"
    CAUSES = "causes"
    PROCEDURES = "procedures"
    PEOPLE = "people"
    AGENCIES = "agencies"

    @property
    def form_key(self) -> str:
        """What its title stands under."""
        return f"working_{self.value}"

    @property
    def by_due_date(self) -> bool:
        """Whether it tells early, on time and late, and so has to say by which date."""
        return self in {self.UNITS, self.PROGRESS, self.CAUSES, self.PEOPLE, self.AGENCIES}


NAMES = {
    Working.UNITS: "Theo đơn vị",
    Working.PROGRESS: "Tiến độ",
    Working.ONLINE: "Dịch vụ công trực tuyến",
    Working.DIGITISED: "Số hóa",
    Working.PAYMENT: "Thanh toán trực tuyến",
    Working.DESKS: "Theo nơi tiếp nhận",
    Working.RECEPTION: "Chậm tiếp nhận",
    Working.FAULTS: "Lỗi thống kê",
    Working.CAUSES: "Nguyên nhân quá hạn",
    Working.PROCEDURES: "Số lượng TTHC",
    Working.AGENCIES: "Đánh giá cơ quan",
    Working.PEOPLE: "Đánh giá cán bộ",
}
NOTES: Mapping[Working, tuple[str, ...]] = {
    Working.ONLINE: ("Dòng tổng cộng cộng số của các đơn vị: thủ tục chung được đếm nhiều lần.",),
    Working.DIGITISED: (
        "Thành phần hồ sơ (TPHS): của hồ sơ tiếp nhận trong kỳ; không rõ là nguồn không cho biết.",
        "Kết quả (KQ): của hồ sơ đã giải quyết; chưa ai ghi, rút hoặc dừng thì tính là chưa số hóa.",
        "Tái sử dụng giấy tờ đã số hóa không được ghi trong dữ liệu nên không có cột.",
    ),
    Working.DESKS: (
        "Theo bộ phận một cửa đã tiếp nhận, dù cơ quan nào giải quyết; kể cả hồ sơ không có ngày hẹn trả.",
        "Chậm tiếp nhận: lượt nộp trực tuyến có hạn trả lời trong kỳ, trả lời muộn hoặc còn chờ quá hạn.",
        "Đã trả: hồ sơ nơi này tiếp nhận (cả từ kỳ trước), kết quả trả cho người nộp trong kỳ, dù trả ở đâu.",
    ),
    Working.RECEPTION: ("Theo nơi tiếp nhận; mỗi lần nộp là một lượt có hạn trả lời riêng.",),
    Working.FAULTS: ("Những hồ sơ này đứng ngoài hoặc làm lệch Biểu 06; mở từng số để xem và sửa.",),
    Working.PROCEDURES: (
        "Một thủ tục thuộc hai cấp được đếm ở cả hai cấp.",
        "Đã tiếp nhận: có hồ sơ nộp tại bộ phận một cửa của cấp đó trong kỳ.",
    ),
}
EVALUATED = (
    "Chỉ số không có số liệu thì không tính; tổng được quy về thang {scale} điểm.",
    "Thời hạn: trước hạn 2 điểm, đúng hạn 1, quá hạn 0.",
    "Hài lòng: rất hài lòng 2 điểm, hài lòng 1, không hài lòng 0.",
)
GRADES = {
    "full": "Mức 100 %",
    "partial": "Mức 70 – dưới 100 %",
    "low": "Mức dưới 70 %",
    "excellent": "Xuất sắc",
    "good": "Tốt",
    "fair": "Khá",
    "average": "Trung bình",
    "weak": "Yếu",
    "": "Chưa có số liệu",
}
UNSAID = "Chưa ghi nguyên nhân"
OPENS = "Mỗi số mở ra đúng danh sách đứng sau nó; tỷ lệ và điểm tính từ các số trong cùng dòng."


@dataclass(frozen=True)
class Measure:
    """A column and the counts that it adds up, unless it follows from other columns."""

    column: FormColumn
    of: tuple[str, ...] = ()


def _num(words: str, above: tuple[str, ...], *of: str, cell: str = "", portion: str = "") -> Measure:
    return Measure(FormColumn(words, above=above, cell=cell, portion=portion), of)


def _percent(words: str, above: tuple[str, ...], num: int, den: int) -> Measure:
    return Measure(FormColumn(words, above=above, kind="percent", part_of=(num, den), width=12))


def _sum(words: str, above: tuple[str, ...], *places: int, cell: str = "", portion: str = "") -> Measure:
    return Measure(FormColumn(words, above=above, sum_of=places, cell=cell, portion=portion))


_IN, _DONE, _OPEN = ("Tiếp nhận",), ("Đã xử lý",), ("Đang xử lý",)
_PAUSED, _BACK = ("Tạm dừng xử lý",), ("Trả lại, rút")
_CLOSED = ("early", "on_time", "late")
_RETURNED = tuple(f"returned_{name}" for name in _CLOSED)
# Columns 2 to 14: STT and the unit stand before them.
_UNITS = (
    _sum("Tổng", _IN, 3, 4, cell="received"),
    _num("Kỳ trước", _IN, "carried", cell="carried"),
    _sum("Trong kỳ", _IN, 5, 6, 7, cell="filed"),
    _num("Qua mạng", _IN, "online", cell="online"),
    _num("Trực tiếp", _IN, "counter", cell="filed", portion="channel.counter"),
    _num("Qua BCCI", _IN, "post", cell="filed", portion="channel.post"),
    _sum("Tổng", _DONE, 9, 10, 11, cell="resolved"),
    _num("Trước hạn", _DONE, "early", cell="early"),
    _num("Đúng hạn", _DONE, "on_time", cell="on_time"),
    _num("Quá hạn", _DONE, "late", cell="late"),
    Measure(FormColumn("Trước và đúng hạn", above=_DONE, sum_of=(9, 10), cell="in_time")),
    _percent("Tỷ lệ", _DONE, 12, 8),
    _sum("Tổng", _OPEN, 15, 16, cell="open"),
    _num("Trong hạn", _OPEN, "open_within", cell="open_within"),
    _num("Quá hạn", _OPEN, "open_overdue", cell="open_overdue"),
)
_FULL, _PART, _TOLD = ("Toàn trình",), ("Một phần",), ("Cung cấp thông tin",)
_PAPERS, _RESULT = ("Thành phần hồ sơ",), ("Kết quả giải quyết",)
_BY = ("tinh", "huyen", "xa")
_LEVELS = ("Cấp tỉnh", "Cấp huyện", "Cấp xã")
_OWN, _AT_DESK, _PROCESS = (
    "TTHC thuộc thẩm quyền giải quyết", "TTHC đã tiếp nhận tại bộ phận một cửa", "TTHC có quy trình điện tử",
)  # fmt: skip


def _three(above: str, first: int, of: str) -> tuple[Measure, ...]:
    """A total and its levels; first: the place of the total; of: which procedures."""
    places = tuple(range(first + 1, first + 4))
    levels = zip(_LEVELS, _BY, strict=True)
    return (
        _sum("Tổng số", (above,), *places, cell=of),
        *(_num(words, (above,), f"{level}_{of}", cell=of, portion=level) for words, level in levels),
    )


def _service(above: tuple[str, ...], service: str) -> tuple[Measure, ...]:
    """Procedures of one service level, those with dossiers, and these."""
    return (
        _num("Số TT", above, f"{service}_offered", cell="offered", portion=service),
        _num("TT có hồ sơ", above, f"{service}_used", cell="used", portion=service),
        _num("Hồ sơ phát sinh", above, f"{service}_dossiers", cell="accepted", portion=f"service.{service}"),
    )


def _of_them_online(above: tuple[str, ...], service: str) -> Measure:
    where = f"service.{service}"
    return _num("Trong đó trực tuyến", above, f"{service}_online", cell="accepted_online", portion=where)


MEASURES: Mapping[Working, tuple[Measure, ...]] = {
    Working.UNITS: (
        *_UNITS,
        _num("Tạm dừng", (), "paused_within", "paused_overdue", cell="paused"),
        _num("Trả lại, rút", (), *_RETURNED, cell="resolved", portion="returned"),
    ),
    Working.PROGRESS: (
        *_UNITS,
        _num("Trong hạn", _PAUSED, "paused_within", cell="open_within", portion="paused"),
        _num("Quá hạn", _PAUSED, "paused_overdue", cell="open_overdue", portion="paused"),
        _num("Trước hạn", (_BACK,), "returned_early", cell="early", portion="returned"),
        _num("Đúng hạn", (_BACK,), "returned_on_time", cell="on_time", portion="returned"),
        _num("Quá hạn", (_BACK,), "returned_late", cell="late", portion="returned"),
    ),
    Working.ONLINE: (
        _num(
            "Tổng thủ tục", (), "toan_trinh_offered", "mot_phan_offered", "thong_tin_offered", cell="offered"
        ),
        *_service(_FULL, "toan_trinh"),
        _of_them_online(_FULL, "toan_trinh"),
        _percent("Tỷ lệ", _FULL, 6, 5),
        *_service(_PART, "mot_phan"),
        _of_them_online(_PART, "mot_phan"),
        _percent("Tỷ lệ", _PART, 11, 10),
        *_service(_TOLD, "thong_tin"),
    ),
    Working.DIGITISED: (
        _num("Tiếp nhận trong kỳ", _PAPERS, "filed", cell="filed"),
        _num("Chưa số hóa TPHS", _PAPERS, "papers_undigitised", cell="filed", portion="papers.no"),
        _num("Đã số hóa TPHS", _PAPERS, "papers_digitised", cell="papers_digitised"),
        _num("Không rõ TPHS", _PAPERS, "papers_unknown", cell="filed", portion="papers.unknown"),
        _sum("Biết rõ TPHS", _PAPERS, 3, 4, cell="papers_known"),
        _percent("Tỷ lệ TPHS", _PAPERS, 4, 6),
        _num("Đã giải quyết", _RESULT, "resolved", cell="resolved"),
        _num("Chưa số hóa KQ", _RESULT, "results_undigitised", cell="resolved", portion="result.no"),
        _num("Trong đó không rõ KQ", _RESULT, "results_unknown", cell="resolved", portion="result.unknown"),
        _num("Đã số hóa KQ", _RESULT, "results_digitised", cell="result_digitised"),
        _percent("Tỷ lệ KQ", _RESULT, 11, 8),
    ),
    Working.PAYMENT: (
        _num("Hồ sơ có nghĩa vụ tài chính", (), "fee_due", cell="fee_due"),
        _num("Đã thanh toán trực tuyến", (), "paid_online", cell="paid_online"),
        _percent("Tỷ lệ", (), 3, 2),
    ),
    Working.DESKS: (
        _sum("Tổng", _IN, 3, 4, 5, cell="desk_received"),
        _num("Qua mạng", _IN, "online", cell="desk_received", portion="channel.online"),
        _num("Trực tiếp", _IN, "counter", cell="desk_received", portion="channel.counter"),
        _num("Qua BCCI", _IN, "post", cell="desk_received", portion="channel.post"),
        _num("Cho cơ quan khác", _IN, "for_others", cell="desk_for_others"),
        _num("Chậm tiếp nhận", (), "late", "waiting_late", cell="reception_past"),
        _num("Đã trả kết quả", (), "returned", cell="desk_returned"),
    ),
    Working.RECEPTION: (
        _num("Lượt có hạn trong kỳ", (), "due", cell="reception_due"),
        _num("Trả lời trong hạn", (), "in_time", cell="reception_in_time"),
        _num("Trả lời quá hạn", (), "late", cell="reception_late"),
        _num("Còn chờ, trong hạn", (), "waiting", cell="reception_waiting"),
        _num("Còn chờ, quá hạn", (), "waiting_late", cell="reception_waiting_late"),
        _num("Rút khi chưa trả lời", (), "withdrawn", cell="reception_withdrawn"),
        _sum("Quá hạn", (), 4, 6, cell="reception_past"),
        _percent("Tỷ lệ quá hạn", (), 8, 2),
    ),
    Working.FAULTS: (
        _num("Không có ngày hẹn trả", (), "no_due_date", cell="no_due_date"),
        _num("Đã đóng, chưa xếp được cột", (), "broken", cell="broken"),
        _sum("Cộng", (), 2, 3, cell="unplaced"),
    ),
    Working.PROCEDURES: (
        *_three(_OWN, 2, "offered"), *_three(_AT_DESK, 6, "used"), *_three(_PROCESS, 10, "process"),
    ),
}  # fmt: skip
BY_SECTOR = frozenset({Working.PROCEDURES, Working.CAUSES})
OF_PROCEDURES = frozenset({"offered", "used", "process"})
"""The columns that count procedures: a list of these stands behind them."""


def form(which: Working, head: FormHead, rows: Sequence[tuple[str, str, Mapping[str, int]]]) -> FormTable:
    """A table of counts: key, label and counts of each row, and a line that adds them up."""
    measures = MEASURES[which]
    total: Counter[str] = Counter()
    for _key, _label, counts in rows:
        total.update(counts)
    lines = [
        FormLine((str(place), label, *_cells(measures, counts)), key=key)
        for place, (key, label, counts) in enumerate(rows, 1)
    ]
    every = tuple(range(len(lines)))
    lines.append(FormLine(("", TOTAL, *_cells(measures, total)), Rank.TOTAL, every))
    counted = "Đơn vị tính: thủ tục" if which is Working.PROCEDURES else COUNTED
    columns = (*_first(which), *(measure.column for measure in measures))
    return FormTable(name(which), head, counted, _numbered(columns), tuple(lines), NOTES.get(which, ()))


def name(which: Working) -> str:
    """Of its files."""
    return f"bang-{which.value}"


def _first(which: Working) -> tuple[FormColumn, FormColumn]:
    rows = "Lĩnh vực" if which in BY_SECTOR else "Đơn vị"
    return FormColumn("STT", kind="place", width=5), FormColumn(rows, kind="text", width=34)


def _numbered(columns: Iterable[FormColumn]) -> tuple[FormColumn, ...]:
    return tuple(replace(one, number=f"({place})") for place, one in enumerate(columns, 1))


def _cells(measures: Sequence[Measure], counts: Mapping[str, int]) -> list[Cell]:
    """The cells of a line; places count from the first column of the table, two before the measures."""
    cells: list[Cell] = [sum(counts.get(one, 0) for one in measure.of) for measure in measures]
    for _ in range(2):  # a sum of sums follows its parts
        for place, measure in enumerate(measures):
            if measure.column.sum_of:
                cells[place] = sum(int(cells[part - 2] or 0) for part in measure.column.sum_of)
    for place, measure in enumerate(measures):
        if measure.column.part_of:
            num, den = (int(cells[part - 2] or 0) for part in measure.column.part_of)
            cells[place] = rate(num, den).percent
    return cells
