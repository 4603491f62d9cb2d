"""The life of one made dossier: what happened to it, when, and by whom, until the present."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tthc_tracker.domain.deadlines import Deadline, Pause, PausePolicy, Reappointment, late_from, reckon
from tthc_tracker.domain.lifecycle import Channel, EventKind, FinishClass, ResultKind, ReturnMethod, State
from tthc_tracker.domain.milestones import due_soon_from, reception_deadline, very_overdue_from
from tthc_tracker.domain.performance import finish_class
from tthc_tracker.domain.timelimit import LimitUnit, TimeLimit
