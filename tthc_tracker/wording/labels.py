"""The Vietnamese label of every member of an enum; a member without one is a mistake, not an empty cell."""

from enum import Enum
from typing import Any

from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.alerting import Rule, Severity
from tthc_tracker.domain.apitokens import ApiScope
from tthc_tracker.domain.lifecycle import Channel
from tthc_tracker.domain.permissions import Role
from tthc_tracker.domain.procedures import ServiceLevel
from tthc_tracker.domain.timelimit import LimitUnit
from tthc_tracker.domain.webhooks import WebhookEvent
from tthc_tracker.wording.alerts import RULES, SEVERITIES
from tthc_tracker.wording.anomalylists import ANOMALY_LABELS
from tthc_tracker.wording.apologies import APOLOGY_LABELS
from tthc_tracker.wording.conclusions import CONCLUSION_LABELS
from tthc_tracker.wording.dayclosing import CLOSING_LABELS
from tthc_tracker.wording.deputies import DEPUTY_LABELS
from tthc_tracker.wording.exchanging import SCOPES, WEBHOOK_EVENTS
from tthc_tracker.wording.fieldreports import FIELD_REPORT_LABELS
from tthc_tracker.wording.handovers import HANDOVER_LABELS
from tthc_tracker.wording.indicators import INDICATOR_LABELS
from tthc_tracker.wording.law import LAW_LABELS
from tthc_tracker.wording.lifecycle import CHANNELS, LIFECYCLE_LABELS
from tthc_tracker.wording.mails import MAIL_LABELS
from tthc_tracker.wording.matches import MATCH_LABELS
from tthc_tracker.wording.outages import OUTAGE_LABELS
from tthc_tracker.wording.pausing import PAUSE_LABELS
from tthc_tracker.wording.personaldata import PERSONAL_LABELS
from tthc_tracker.wording.processes import PROCESS_LABELS
from tthc_tracker.wording.ratings import RATING_LABELS
from tthc_tracker.wording.receptions import RECEPTION_LABELS

ROLES = {
    Role.CLERK: "Cán bộ một cửa",
    Role.OFFICER: "Chuyên viên thụ lý",
    Role.HEAD_OF_UNIT: "Trưởng đơn vị",
    Role.HEAD_OF_AGENCY: "Thủ trưởng cơ quan",
    Role.CONTROLLER: "Kiểm soát thủ tục hành chính",
    Role.ADMINISTRATOR: "Quản trị viên",
    Role.AUDITOR: "Kiểm tra, giám sát",
}

LEVELS = {
    Level.BO: "Cấp bộ",
    Level.TINH: "Cấp tỉnh",
    Level.HUYEN: "Cấp huyện",
    Level.XA: "Cấp xã",
}

LIMIT_UNITS = {
    LimitUnit.WORKING_DAY: "ngày làm việc",
    LimitUnit.WORKING_HOUR: "giờ làm việc",
    LimitUnit.CALENDAR_DAY: "ngày",
    LimitUnit.MONTH: "tháng",
}

SERVICE_LEVELS = {
    ServiceLevel.FULL: "Toàn trình",
    ServiceLevel.PARTIAL: "Một phần",
    ServiceLevel.INFORMATION: "Cung cấp thông tin",
}

LABELS: dict[type[Enum], dict[Any, str]] = {
    Role: ROLES,
    Level: LEVELS,
    Channel: CHANNELS,
    LimitUnit: LIMIT_UNITS,
    ServiceLevel: SERVICE_LEVELS,
    ApiScope: SCOPES,
    WebhookEvent: WEBHOOK_EVENTS,
    Rule: RULES,
    Severity: SEVERITIES,
    **APOLOGY_LABELS,
    **HANDOVER_LABELS,
    **CLOSING_LABELS,
    **CONCLUSION_LABELS,
    **DEPUTY_LABELS,
    **INDICATOR_LABELS,
    **LAW_LABELS,
    **LIFECYCLE_LABELS,
    **MAIL_LABELS,
    **MATCH_LABELS,
    **OUTAGE_LABELS,
    **FIELD_REPORT_LABELS,
    **ANOMALY_LABELS,
    **PAUSE_LABELS,
    **PERSONAL_LABELS,
    **PROCESS_LABELS,
    **RATING_LABELS,
    **RECEPTION_LABELS,
}


def label(member: Enum) -> str:
    """The words for one member, e.g. `label(Level.XA)` → "Cấp xã"."""
    return LABELS[type(member)][member]
