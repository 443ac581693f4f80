"""`/about` and `/support`: what this is, its limits, and where to find help."""

from flask import Blueprint, render_template

page = Blueprint("about", __name__)


@page.get("/about")
def about() -> str:
    """What the service is, how it works and what it cannot do."""
    return render_template("about.html")


@page.get("/support")
def support() -> str:
    """Where to find help, for readers of distressing material and for anyone worried about a child."""
    return render_template("support.html")
