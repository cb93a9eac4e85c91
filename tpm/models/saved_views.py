"""Views of a list that somebody keeps under a name; each app has a table of its own."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from .workspace import Product


class NamedView(models.Model):
    """An address of a page, with a name. The app says which pages there are: `ROUTES`."""

    ROUTES: ClassVar[dict[str, str]] = {}
    """Page to the name of its route, whose one argument is the product's key."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    page = models.CharField(max_length=10)
    query = models.TextField(max_length=2000, blank=True, db_comment="Query string without ?.")
    shared = models.BooleanField(default=False, db_comment="Seen by all who see the product.")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        abstract = True
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "owner", "name"],
                name="%(class)s_name_once",
                violation_error_message="You have a view with this name.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        address = reverse(self.ROUTES[self.page], args=[self.product.key])
        return (
            f"{address}?{self.query}&view={self.pk}" if self.query else f"{address}?view={self.pk}"
        )


class OpeningView(models.Model):
    """The view with which a page opens for one person; `view` is the app's own."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    page = models.CharField(max_length=10)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["product", "person", "page"],
                name="%(class)s_once",
                violation_error_message="A page opens with one view.",
            ),
        ]
