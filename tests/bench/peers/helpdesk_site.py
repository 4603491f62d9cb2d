"""A site of django-helpdesk as its papers set one up; run by the peer's own environment, never by ours.

    python helpdesk_site.py migrate | fill N | escalate_tickets      (DATABASE_URL: the peer's own PostgreSQL)
    gunicorn helpdesk_site:application

Its settings are a real site's: DEBUG off, templates cached, sessions in the database, connections kept.
"""

import os
import sys
from urllib.parse import urlsplit

import django
from django.conf import settings
from django.core.management import execute_from_command_line
from django.core.wsgi import get_wsgi_application
from django.urls import include, path

_address = urlsplit(os.environ["PEER_DATABASE"])
settings.configure(
    DEBUG=False,
    SECRET_KEY="only-for-a-measurement",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=[
        "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
        "django.contrib.sites", "django.contrib.admin", "django.contrib.messages",
        "django.contrib.staticfiles", "django.contrib.humanize", "rest_framework", "helpdesk",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],
    TEMPLATES=[{
        "BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
        "OPTIONS": {"context_processors": [
            "django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
            "django.contrib.messages.context_processors.messages",
        ]},
    }],
    DATABASES={"default": {
        "ENGINE": "django.db.backends.postgresql", "NAME": _address.path[1:], "USER": _address.username,
        "HOST": _address.hostname, "PORT": _address.port, "CONN_MAX_AGE": None,
    }},
    EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend",
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    USE_TZ=True, TIME_ZONE="Asia/Ho_Chi_Minh", SITE_ID=1, STATIC_URL="/static/", LOGIN_URL="/login/",
    HELPDESK_TEAMS_MODE_ENABLED=False, HELPDESK_ACTIVATE_API_ENDPOINT=False,
)  # fmt: skip

django.setup()

urlpatterns = [path("", include("helpdesk.urls"))]
application = get_wsgi_application()

QUEUES, STAFF, AGENT = 200, 1000, "agent"


def fill(tickets: int) -> None:
    """As many open tickets as our office has dossiers: queues as agencies, people as officers."""
    import datetime as dt
    import random

    from django.contrib.auth.models import User
    from django.contrib.sessions.backends.db import SessionStore
    from django.utils import timezone
    from helpdesk.models import FollowUp, Queue, Ticket

    by_chance, now = random.Random(20261123), timezone.now()
    queues = [
        Queue.objects.create(title=f"Phường {n}", slug=f"p{n}", escalate_days=3, allow_public_submission=True)
        for n in range(QUEUES)
    ]
    people = User.objects.bulk_create(
        [User(username=f"u{n}", email=f"u{n}@example.vn", is_staff=True, password="!") for n in range(STAFF)]
    )
    agent = User.objects.create_superuser(AGENT, "agent@example.vn", "only for a measurement")
    for first in range(0, tickets, 2000):
        made = Ticket.objects.bulk_create([
            Ticket(
                title=f"Hồ sơ số {n}", queue=by_chance.choice(queues), status=Ticket.OPEN_STATUS,
                created=now - dt.timedelta(minutes=by_chance.randint(1, 90 * 24 * 60)),
                priority=by_chance.randint(1, 5),
                submitter_email=f"dan{n}@example.vn", assigned_to=by_chance.choice(people),
                due_date=now + dt.timedelta(days=by_chance.randint(-5, 30)), description="Nội dung hồ sơ.",
                last_escalation=now,
            )
            for n in range(first, min(first + 2000, tickets))
        ])  # fmt: skip
        FollowUp.objects.bulk_create(
            [
                FollowUp(ticket=each, date=each.created, title="Ticket Opened", public=True, user=agent)
                for each in made
            ]
        )
    session = SessionStore()
    session["_auth_user_id"] = str(agent.pk)
    session["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
    session["_auth_user_hash"] = agent.get_session_auth_hash()
    session.create()
    print(session.session_key)


if __name__ == "__main__":
    if sys.argv[1] == "fill":
        fill(int(sys.argv[2]))
    else:
        execute_from_command_line(sys.argv)
