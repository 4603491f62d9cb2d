"""The screens: a package a capability, each with one blueprint; `register` joins them to the app."""

from flask import Blueprint, Flask

from tthc_tracker.web import (
    access,
    accounts,
    alertrules,
    alerts,
    anomalies,
    apitokens,
    calendar,
    catalogue,
    closing,
    collection,
    deputies,
    dossiers,
    errors,
    feeds,
    fieldreports,
    headers,
    history,
    imports,
    indicators,
    inputs,
    layout,
    lists,
    lookup,
    mails,
    matches,
    mywork,
    online,
    operations,
    outages,
    pausing,
    personaldata,
    printing,
    reappointing,
    reassigning,
    reception,
    reports,
    retention,
    search,
    sessions,
    start,
    supervision,
    unit_of_work,
    urging,
    webhooks,
    workload,
)
from tthc_tracker.web.assets import STATIC, is_versioned

__all__ = ["STATIC", "is_versioned", "register"]

BLUEPRINTS: tuple[Blueprint, ...] = (
    accounts.blueprint,
    alertrules.blueprint,
    alerts.blueprint,
    anomalies.blueprint,
    apitokens.blueprint,
    calendar.blueprint,
    catalogue.blueprint,
    collection.blueprint,
    closing.blueprint,
    deputies.blueprint,
    dossiers.blueprint,
    feeds.blueprint,
    fieldreports.blueprint,
    history.blueprint,
    imports.blueprint,
    indicators.blueprint,
    lookup.blueprint,
    lists.blueprint,
    mails.blueprint,
    matches.blueprint,
    mywork.blueprint,
    online.blueprint,
    operations.blueprint,
    outages.blueprint,
    pausing.blueprint,
    personaldata.blueprint,
    printing.blueprint,
    reappointing.blueprint,
    reassigning.blueprint,
    reception.blueprint,
    reports.blueprint,
    retention.blueprint,
    search.blueprint,
    sessions.blueprint,
    start.blueprint,
    supervision.blueprint,
    urging.blueprint,
    webhooks.blueprint,
    workload.blueprint,
)


def register(app: Flask) -> None:
    """Put every screen, guard, header and error page on the application."""
    inputs.register(app)
    access.register(app)
    unit_of_work.register(app)
    headers.register(app)
    errors.register(app)
    layout.register(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
