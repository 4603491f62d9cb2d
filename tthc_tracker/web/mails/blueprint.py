"""The blueprint of the pages about one's mails."""

from flask import Blueprint

blueprint = Blueprint("mails", __name__)
