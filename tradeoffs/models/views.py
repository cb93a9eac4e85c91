"""Views of the list of decisions that somebody keeps under a name."""

from django.db import models

from tpm.models import NamedView, OpeningView


class DecisionView(NamedView):
    """An address of the list of decisions, with a name."""

    class Page(models.TextChoices):
        LIST = "list", "Decisions"

    ROUTES = {Page.LIST: "tradeoffs:decision-list"}

    page = models.CharField(max_length=10, choices=Page)


class DecisionViewDefault(OpeningView):
    """The view with which the list opens for one person."""

    page = models.CharField(max_length=10, choices=DecisionView.Page)
    view = models.ForeignKey(DecisionView, on_delete=models.CASCADE, related_name="defaults")
