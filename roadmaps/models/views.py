"""Views of a plan that somebody keeps under a name."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from tpm.models import Product


class SavedView(models.Model):
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
    name = models.CharField(max_length=60)
    page = models.CharField(max_length=10, choices=Page)
    query = models.TextField(max_length=2000, blank=True, db_comment="Query string without ?.")
    shared = models.BooleanField(default=False, db_comment="Seen by all who see the product.")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "owner", "name"],
                name="savedview_name_once",
                violation_error_message="You have a view with this name.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        address = reverse(self.ROUTES[self.Page(self.page)], args=[self.product.key])
        return (
            f"{address}?{self.query}&view={self.pk}" if self.query else f"{address}?view={self.pk}"
        )


class DefaultView(models.Model):
    """The view with which a page opens for one person."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    page = models.CharField(max_length=10, choices=SavedView.Page)
    view = models.ForeignKey(SavedView, on_delete=models.CASCADE, related_name="defaults")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["product", "person", "page"],
                name="defaultview_once",
                violation_error_message="A page opens with one view.",
            ),
        ]
