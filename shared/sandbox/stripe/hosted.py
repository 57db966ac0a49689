"""Stripe's own page, played: a card form that works without JavaScript and cannot charge twice."""

from flask import Blueprint

hosted = Blueprint("hosted", __name__, url_prefix="/stripe")
