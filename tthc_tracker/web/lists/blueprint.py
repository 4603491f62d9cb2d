"""The blueprint of what people keep of lists."""

from flask import Blueprint

blueprint = Blueprint("lists", __name__)
