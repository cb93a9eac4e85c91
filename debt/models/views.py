"""Views of the register that somebody keeps under a name."""

from django.db import models

from tpm.models import NamedView, OpeningView


class DebtView(NamedView):
    """An address of the register, with a name."""

    class Page(models.TextChoices):
        REGISTER = "register", "Debt"

    ROUTES = {Page.REGISTER: "debt:item-list"}

    page = models.CharField(max_length=10, choices=Page)


class DebtViewDefault(OpeningView):
    """The view with which the register opens for one person."""

    page = models.CharField(max_length=10, choices=DebtView.Page)
    view = models.ForeignKey(DebtView, on_delete=models.CASCADE, related_name="defaults")
