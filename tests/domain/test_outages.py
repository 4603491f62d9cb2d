"""The systems of others that a desk can say were down."""

from tthc_tracker.domain.outages import OutsideSystem


def test_every_system_that_the_session_complained_of_can_be_named_and_any_other_too() -> None:
    named = {"civil_status", "vneid", "portal", "payment"}
    assert named < set(OutsideSystem)
    assert "other" in set(OutsideSystem)
