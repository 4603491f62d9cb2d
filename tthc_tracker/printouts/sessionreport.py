"""Báo cáo phiên họp quý: the words, tables and pictures of the report, once for paper and for Word.

Everything varies stands here as words; the form (typst) and the document (DOCX) only set the blocks.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tthc_tracker.domain.performance import Rate, RateName
from tthc_tracker.printouts import sessionpictures, worddocuments
from tthc_tracker.printouts.printout import Printout
from tthc_tracker.printouts.sessionblocks import (
    PNG,
    SVG,
    Block,
    Drawn,
    numbered,
    paragraph,
    table,
)
from tthc_tracker.queries.indicators import Board
from tthc_tracker.queries.sessionreport import SessionReport
from tthc_tracker.queries.statistics import Line
from tthc_tracker.wording import indicators as words
from tthc_tracker.wording import publishedfigures as published_words
from tthc_tracker.wording import sessions as said
from tthc_tracker.wording.apologies import CAUSES
from tthc_tracker.wording.formats import day, moment, number, percent
from tthc_tracker.wording.labels import label
from tthc_tracker.wording.places import place_of
from tthc_tracker.wording.statistics import RATES, period_days, period_name

FORM = "session_report"
MOST_AGENCIES = 20


def paper(report: SessionReport, drawn: Mapping[str, bytes], form: str = SVG) -> Printout:
    """The report before it is set. drawn: its pictures by name (sessionpictures), in this form."""
    at, place = report.reckoned_at, place_of(report.agency)
    spoken = f"ngày {at.day:02} tháng {at.month:02} năm {at.year}"
    data: dict[str, Any] = {
        "title": f"{said.TITLE} {period_name(report.period)}",
        "superior": report.superior,
        "agency": report.agency,
        "number": said.number_of(report.agency),
        "dated": f"{place}, {spoken}" if place else spoken,
        "kind": said.KIND,
        "about": said.about(period_name(report.period)),
        "sections": [
            {"heading": heading, "blocks": blocks}
            for heading, blocks in zip(
                said.SECTIONS, numbered(_sections(report, Drawn(drawn, form))), strict=True
            )
        ],
        "copies": [*([f"{report.superior} (để b/c);"] if report.superior else []), said.MEMBERS, "Lưu: VT."],
        "signed_as": [said.HEAD],
        "signer": "",
    }
    return Printout(FORM, data, at.replace(microsecond=0))


def document(report: SessionReport, drawn: Mapping[str, bytes]) -> bytes:
    """The report as a document that Word opens (DOCX); its pictures as png.

    Raises:
        NotRenderedError: not now; try again later.
    """
    made = paper(report, drawn, PNG)
    return worddocuments.made(worddocuments.REPORT, made.data, made.created_at)


def _sections(report: SessionReport, drawn: Drawn) -> list[list[Block]]:
    return [
        _overall(report), _indicators(report, drawn), _rates(report, drawn), _late(report, drawn),
        _causes(report), _outages(report), _changes(report), _conclusions(report), _published(report),
    ]  # fmt: skip


def _overall(report: SessionReport) -> list[Block]:
    row, before, reception = report.total.row, report.last_total.row, report.total.reception
    open_, resolved = report.total.rates[RateName.OVERDUE_OPEN], report.total.rates[RateName.ON_TIME]
    days, sent = period_days(report.period), report.field_reports
    return [
        paragraph(
            f"{period_name(report.period)} ({days[0].lower()}{days[1:]}), {report.agency} và các cơ quan "
            f"trực thuộc nhận giải quyết {number(row.received)} hồ sơ, trong đó tiếp nhận trong kỳ "
            f"{number(row.online + row.direct)} (trực tuyến {number(row.online)}), kỳ trước chuyển sang "
            f"{number(row.carried)}. Đã giải quyết {number(row.resolved)} hồ sơ, trước và đúng hạn "
            f"{_share(resolved)}, quá hạn {number(row.late)}; kỳ trước đã giải quyết "
            f"{number(before.resolved)}, quá hạn {number(before.late)}."
        ),
        paragraph(
            f"Đang giải quyết {number(row.open)} hồ sơ, quá hạn {_share(open_)}. Tiếp nhận trực tuyến đúng "
            f"hạn {_share(reception.on_time)} lượt nộp đến hạn; trả lời chậm {number(reception.late)}, còn "
            f"chờ quá hạn {number(reception.waiting_late)}."
        ),
        paragraph(
            f"Phản ánh hiện trường: tiếp nhận {number(sent.received)}, kỳ trước chuyển sang "
            f"{number(sent.carried)}; trả lời đúng hạn {number(sent.answered_on_time)}, trả lời chậm "
            f"{number(sent.answered_late)}, đang xử lý trong hạn {number(sent.open_within)}, quá hạn "
            f"{number(sent.open_overdue)}; hài lòng {number(sent.satisfied)}, không hài lòng "
            f"{number(sent.dissatisfied)}."
        ),
        paragraph(said.reckoned(moment(report.reckoned_at))),
    ]


def _indicators(report: SessionReport, drawn: Drawn) -> list[Block]:
    rows = _against_targets(report.board)
    counted = ", ".join(
        f"{many} {words.OUTCOMES[one].lower()}" for one, many in report.board.counted().items() if many
    )
    goals = sessionpictures.goals(report)
    below = sum(target is not None and value < target for _, value, target in goals)
    alt = f"Biểu đồ thanh: {len(goals)} tỷ lệ có mức giao, {below} dưới mức giao."
    return [
        paragraph(
            f"{len(report.board.rows)} chỉ tiêu, {len(rows)} số theo cấp: {counted}. {said.HOW_JUDGED}"
        ),
        _of_indicators(said.EACH_INDICATOR, rows),
        *drawn.block(sessionpictures.GOALS, "Kết quả và mức giao", alt),
        *(
            _of_indicators(said.of_another_rhythm(period_name(board.period)), _against_targets(board))
            for board in report.others
        ),
    ]


def _of_indicators(caption: str, rows: list[list[str]]) -> Block:
    widths, numbers = said.INDICATOR_WIDTHS, (0, 3, 4, 5)
    return table(caption, said.INDICATOR_HEADS, rows, widths, numbers, joined=2)


def _against_targets(board: Board) -> list[list[str]]:
    """A line a part of an indicator; its name stands beside the first."""
    return [
        [
            "" if at else str(place), "" if at else row.indicator.name, words.PARTS[one.part],
            words.figure(one.figure, row.indicator.measure, row.indicator.unit), words.made_of(one.figure),
            words.target(one.target, row.indicator.measure, row.indicator.unit), words.OUTCOMES[one.outcome],
            said.TRENDS[one.trend],
        ]
        for place, row in enumerate(board.rows, 1)
        for at, one in enumerate(row.readings)
    ]  # fmt: skip


def _rates(report: SessionReport, drawn: Drawn) -> list[Block]:
    lines = [line for line in report.agencies.rows if line.row.resolved]
    largest = sorted(lines, key=lambda line: -line.row.resolved)[:MOST_AGENCIES]
    shown = [_rate_row(line) for line in lines if line in largest]
    by_level = [*map(_rate_row, report.levels), _rate_row(report.total)]
    ends = [
        f"{name.lower()} phiên trước {percent(old)}, phiên này {percent(new)}"
        for name, old, new in sessionpictures.levels(report)
    ]
    blocks = [
        table("Tỷ lệ theo cấp", said.RATE_HEADS, by_level, said.RATE_WIDTHS, range(1, 7), total=True),
        *drawn.block(sessionpictures.LEVELS, said.LEVELS_DRAWN, f"Biểu đồ cột: {'; '.join(ends)}."),
        table("Tỷ lệ theo cơ quan", said.RATE_HEADS, shown, said.RATE_WIDTHS, range(1, 7)),
    ]
    unknown = report.total.electronic_unknown
    return [
        *blocks, *_left_out(len(lines) - len(shown), len(shown), said.RESOLVE_MOST),
        *([paragraph(said.of_unknown_form(unknown))] if unknown else []),
    ]  # fmt: skip


def _left_out(left: int, shown: int, which: str) -> list[Block]:
    """How many agencies a table does not have room for; which: those that it has."""
    return [paragraph(said.left_out(left, shown, which))] if left else []


def _rate_row(line: Line) -> list[str]:
    rates = line.rates
    return [
        line.label, number(line.row.received), number(line.row.resolved), _parts(rates[RateName.ON_TIME]),
        _parts(rates[RateName.RECEPTION]), _parts(rates[RateName.ONLINE]), _parts(rates[RateName.ELECTRONIC]),
    ]  # fmt: skip


def _late(report: SessionReport, drawn: Drawn) -> list[Block]:
    rows = sessionpictures.late(report)
    if not rows:
        return [paragraph(said.NOTHING_LATE)]
    shown = rows[:MOST_AGENCIES]
    sums = ["Tất cả", *(number(sum(counts)) for counts in zip(*(one[1:] for one in rows), strict=True))]
    worst, *many = shown[0]
    alt = f"Biểu đồ thanh: {worst} nhiều nhất, {number(sum(map(int, many)))} hồ sơ và lượt nộp."
    sources = [
        (one.name, one.late, one.overdue, one.answered_late, one.waiting_late) for one in report.sources
    ]
    of_sources = ("Nguồn", *said.LATE_HEADS[1:])
    return [
        paragraph(said.WHAT_IS_LATE),
        *drawn.block(sessionpictures.LATE, said.LATE_DRAWN, alt),
        table(
            said.LATE_BY_AGENCY,
            said.LATE_HEADS,
            [*_numbers(shown), sums],
            said.LATE_WIDTHS,
            range(1, 5),
            total=True,
        ),
        *_left_out(len(rows) - len(shown), len(shown), said.LATE_MOST),
        table(said.LATE_BY_SOURCE, of_sources, _numbers(sources), said.LATE_WIDTHS, range(1, 5)),
    ]


def _numbers(rows: Iterable[Sequence[Any]]) -> list[list[str]]:
    return [[str(name), *(number(many) for many in counts)] for name, *counts in rows]


def _causes(report: SessionReport) -> list[Block]:
    total = sum(many for _, many in report.causes)
    if not total:
        return [paragraph(said.NO_CAUSES)]
    rows = [
        [CAUSES[cause] if cause else said.UNSAID, number(many), percent(100 * many / total)]
        for cause, many in report.causes
    ]
    return [
        paragraph(
            f"{number(total)} hồ sơ: giải quyết quá hạn trong kỳ, hoặc đang giải quyết quá hạn ở cuối kỳ."
        ),
        table("Hồ sơ quá hạn theo nguyên nhân", said.CAUSE_HEADS, rows, (96, 32, 32), (1, 2)),
    ]


def _outages(report: SessionReport) -> list[Block]:
    if not report.outages:
        return [paragraph(said.NO_OUTAGES)]
    rows = [
        [
            label(one.system), moment(one.began_at), moment(one.ended_at) if one.ended_at else said.LASTS,
            one.sector or said.EVERY_SECTOR, one.agency,
        ]
        for one in report.outages
    ]  # fmt: skip
    heads = ("Hệ thống", "Từ", "Đến", "Lĩnh vực", "Nơi bị ảnh hưởng")
    return [
        paragraph(f"{number(len(rows))} lần hệ thống khác gặp sự cố được ghi trong kỳ."),
        table("Sự cố", heads, rows, (42, 26, 26, 28, 38), (1, 2)),
    ]


def _changes(report: SessionReport) -> list[Block]:
    rows = [
        [
            RATES[one.name],
            _parts(one.before),
            _parts(one.rate),
            said.points(one.before.percent, one.rate.percent),
        ]
        for one in report.changes
    ]
    before = {
        (row.indicator.code, reading.part): reading.outcome
        for row in report.last_board.rows
        for reading in row.readings
    }
    moved = [
        [row.indicator.name, words.PARTS[reading.part], words.OUTCOMES[old], words.OUTCOMES[reading.outcome]]
        for row in report.board.rows
        for reading in row.readings
        if (old := before.get((row.indicator.code, reading.part))) is not None and old != reading.outcome
    ]
    heads = ("Tỷ lệ", period_name(report.before), period_name(report.period), "Thay đổi (điểm %)")
    blocks = [table("Các tỷ lệ so với phiên họp trước", heads, rows, (56, 36, 36, 32), (1, 2, 3))]
    if not moved:
        return [*blocks, paragraph(said.NOTHING_MOVED)]
    return [
        *blocks,
        table(said.MOVED, ("Chỉ tiêu", "Cấp", "Phiên trước", "Phiên này"), moved, (84, 22, 27, 27), ()),
    ]


def _conclusions(report: SessionReport) -> list[Block]:
    if not report.concluded:
        return [paragraph(said.NO_CONCLUSIONS)]
    rows = [
        [
            day(one.held_on), one.words, ", ".join(filter(None, (one.owner, one.duty))), day(one.due_on),
            label(one.progress), one.done_note,
        ]
        for one in report.concluded
    ]  # fmt: skip
    counted: dict[str, int] = {}
    for one in report.concluded:
        counted[label(one.progress)] = counted.get(label(one.progress), 0) + 1
    told = "; ".join(f"{many} {name.lower()}" for name, many in counted.items())
    return [
        paragraph(f"{len(rows)} kết luận được theo dõi: {told}."),
        table("Kết luận và kết quả thực hiện", said.CONCLUSION_HEADS, rows, (20, 50, 30, 20, 20, 20), (0, 3)),
    ]


def _published(report: SessionReport) -> list[Block]:
    if not report.published:
        return [paragraph(said.NO_PUBLISHED)]
    rows = []
    for one in report.published:
        theirs = percent(one.value) + (f" ({number(one.num or 0)}/{number(one.den)})" if one.den else "")
        rows.append([f"{one.agency}: {one.publisher} công bố", theirs, ""])
        rows += [
            [
                f"{said.OURS}, {published_words.rule(ours.second, ours.without)}", _parts(ours.rate),
                said.SAME if one.nearest and ours.rate == one.nearest.rate else "",
            ]
            for ours in one.ours
        ]  # fmt: skip
    return [
        table(
            said.PUBLISHED_BESIDE,
            ("Quy tắc", "Trước và đúng hạn", "Nhận xét"),
            rows,
            (90, 45, 25),
            (1, 2),
        )
    ]


def _share(rate: Rate) -> str:
    return f"{number(rate.num)}/{number(rate.den)} ({percent(rate.percent)})"


def _parts(rate: Rate) -> str:
    return "–" if rate.percent is None else f"{percent(rate.percent)} ({number(rate.num)}/{number(rate.den)})"
