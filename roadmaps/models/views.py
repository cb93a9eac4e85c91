"""Views of a plan that somebody keeps under a name."""

from django.conf import settings
from django.db import models

from tpm.models import NamedView, OpeningView, Product


class SavedView(NamedView):
    """An address of the list, the timeline or the board, with a name."""

    class Page(models.TextChoices):
        LIST = "list", "List"
        TIMELINE = "timeline", "Timeline"
        BOARD = "board", "Board"

    ROUTES = {
        Page.LIST: "roadmaps:item-list",
        Page.TIMELINE: "roadmaps:timeline",
        Page.BOARD: "roadmaps:board",
    }

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="saved_views")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views"
    )
    page = models.CharField(max_length=10, choices=Page)


class DefaultView(OpeningView):
    """The view with which a page opens for one person."""

    page = models.CharField(max_length=10, choices=SavedView.Page)
    view = models.ForeignKey(SavedView, on_delete=models.CASCADE, related_name="defaults")
