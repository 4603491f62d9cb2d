"""The province's own terms of one rule of alerts, so that the demo shows what that looks like."""

import datetime as dt
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.alerting import Rule
from tthc_tracker.domain.alertrules import SHIPPED, as_json
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.setting import Setting
from tthc_tracker.queries.alertrules import setting_name
from tthc_tracker.services.revisions import raise_revision

PROVINCE = "H50"


def set_own(session: Session, on: dt.date) -> None:
    """Switch "nobody to tell" off for the province: only a few of the demo's agencies have accounts."""
    province = session.execute(select(Agency.id).where(Agency.code == PROVINCE)).scalar_one()
    rule = Rule.NO_RECIPIENT
    terms = replace(SHIPPED[rule], active=False)
    session.add(
        Setting(
            name=setting_name(rule),
            agency_id=province,
            agency_key=province,
            valid_from=on,
            value=as_json(terms),
        )
    )
    raise_revision(session, "settings")
