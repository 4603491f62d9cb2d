"""Points and grades: the mean of what dossiers earned, on the scale of the form, and nothing of nothing."""

from decimal import Decimal

import pytest

from tthc_tracker.domain.evaluation import OF_AGENCY, OF_PERSON, Index, score


@pytest.mark.parametrize(
    ("counts", "scale", "points", "total", "grade"),
    [
        pytest.param({}, OF_PERSON, (None, None), None, "", id="without dossiers there is nothing to judge"),
        pytest.param({"early": 4}, OF_PERSON, ("2.0", None), "10.0", "full", id="all early is all there is"),
        pytest.param({"on_time": 3}, OF_PERSON, ("1.0", None), "5.0", "full", id="all on time is half of it"),
        pytest.param({"on_time": 3, "late": 1}, OF_PERSON, ("0.8", None), "4.0", "partial", id="half up"),
        pytest.param({"late": 2}, OF_PERSON, ("0.0", None), "0.0", "low", id="all late is nothing"),
        pytest.param({"early": 1, "very_satisfied": 1}, OF_AGENCY, ("2.0",) * 2, "18.0", "excellent", id="x"),
        pytest.param({"early": 1, "satisfied": 1}, OF_AGENCY, ("2.0", "1.0"), "13.5", "good", id="good"),
        pytest.param({"on_time": 1, "satisfied": 2}, OF_AGENCY, ("1.0", "1.0"), "9.0", "fair", id="half"),
        pytest.param(
            {"on_time": 1, "dissatisfied": 1, "satisfied": 1}, OF_AGENCY, ("1.0", "0.5"), "6.8", "average",
            id="a mean of halves",
        ),
        pytest.param({"late": 1, "dissatisfied": 1}, OF_AGENCY, ("0.0", "0.0"), "0.0", "weak", id="nothing"),
    ],
)  # fmt: skip
def test_a_score_is_the_mean_of_its_points_on_the_scale_of_the_form(
    counts: dict[str, int], scale: int, points: tuple[str | None, ...], total: str | None, grade: str
) -> None:
    found = score(counts, scale)
    assert tuple(found.points[index] for index in Index) == tuple(p and Decimal(p) for p in points)
    assert found.total == (total and Decimal(total))
    assert found.grade == grade
