"""Letters that urge units: from a selection of late dossiers to the unit's explanation."""

from tthc_tracker.web.urging import answering, letters
from tthc_tracker.web.urging.blueprint import blueprint

__all__ = ["answering", "blueprint", "letters"]
