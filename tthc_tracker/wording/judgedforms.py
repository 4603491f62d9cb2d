"""The tables that are not sums: causes of lateness, the evaluation of people and agencies."""

from collections.abc import Mapping, Sequence

from tthc_tracker.domain.apologies import LatenessCause
from tthc_tracker.domain.evaluation import OF_AGENCY, OF_PERSON, Index, Score, score
from tthc_tracker.wording.formtables import FormColumn, FormHead, FormLine, FormTable, Rank
from tthc_tracker.wording.labels import label
from tthc_tracker.wording.statutoryforms import TOTAL
from tthc_tracker.wording.workingforms import COUNTED, EVALUATED, GRADES, UNSAID, Working, name

_INDICES = {Index.TIME: "Thời hạn (CS1)", Index.SATISFACTION: "Hài lòng (CS7)"}
_CAUSES = (
    FormColumn("STT", "(1)", kind="place", width=5),
    FormColumn("Lĩnh vực, công việc giải quyết", "(2)", kind="text", width=44),
    FormColumn("Số lượng hồ sơ quá hạn", "(3)", width=14, cell="late_or_overdue"),
    FormColumn("Nguyên nhân quá hạn", "(4)", kind="text", width=44),
    FormColumn("Ghi chú", "(5)", kind="text", width=20),
)


def causes(head: FormHead, rows: Sequence[tuple[str, str, Mapping[str, int]]]) -> FormTable:
    """Biểu 07: of each field how many are late, and beneath why. rows: key, label, number by cause ('' of
    those of which nobody has said)."""
    lines: list[FormLine] = []
    groups: list[int] = []
    for place, (key, field, numbers) in enumerate(rows, 1):
        groups.append(len(lines))
        beneath = tuple(range(len(lines) + 1, len(lines) + 1 + len(numbers)))
        lines.append(
            FormLine((str(place), field, sum(numbers.values()), "", ""), Rank.GROUP, beneath, key)
        )  # fmt: skip
        for cause, number in numbers.items():
            said = label(LatenessCause(cause)) if cause else UNSAID
            lines.append(FormLine(("", field, number, said, ""), key=key, portion=f"cause.{cause or 'none'}"))
    every = sum(sum(numbers.values()) for _, _, numbers in rows)
    lines.append(FormLine(("", TOTAL, every, "", ""), Rank.TOTAL, tuple(groups)))
    return FormTable(name(Working.CAUSES), head, COUNTED, _CAUSES, tuple(lines))


def evaluation(
    which: Working, head: FormHead, rows: Sequence[tuple[str, str, Mapping[str, int]]]
) -> FormTable:
    """The points of each row by the indices for which there is data, their total and its grade."""
    scale = OF_PERSON if which is Working.PEOPLE else OF_AGENCY
    columns = (
        FormColumn("STT", "(1)", kind="place", width=5),
        FormColumn("Họ và tên" if which is Working.PEOPLE else "Đơn vị", "(2)", kind="text", width=40),
        FormColumn("Số hồ sơ", "(3)", cell="resolved"),
        *(FormColumn(_INDICES[index], f"({place})") for place, index in enumerate(Index, 4)),
        FormColumn(f"Tổng (tối đa {scale})", "(6)"),
        FormColumn("Mức" if which is Working.PEOPLE else "Xếp loại", "(7)", kind="text", width=24),
    )
    scored = [(key, said, counts, score(counts, scale)) for key, said, counts in rows]
    of_people = which is Working.PEOPLE
    lines = tuple(
        FormLine(
            (str(place), said, counts.get("dossiers", 0), *_points(found)),
            key="" if of_people else key, portion=f"officer.{key}" if of_people else "",
        )
        for place, (key, said, counts, found) in enumerate(scored, 1)
    )  # fmt: skip
    notes = tuple(note.format(scale=scale) for note in EVALUATED)
    return FormTable(name(which), head, COUNTED, columns, lines, notes)


def _points(found: Score) -> list[str]:
    told = [*(found.points[index] for index in Index), found.total]
    return [*("–" if one is None else str(one).replace(".", ",") for one in told), GRADES[found.grade]]
