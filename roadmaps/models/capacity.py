"""What changes a team's capacity: effects of finished items, and drag."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from roadmaps.models.items import Item
from tpm.models import Team


class CapacityEffect(models.Model):
    """What finishing an item changes in a team: drag given back, or people gained or lost."""

    class Kind(models.TextChoices):
        DRAG = "drag", "Share of capacity given back"
        PEOPLE = "people", "People gained or lost"

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="capacity_effects")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    p10 = models.FloatField(db_comment="Share of capacity (0.05 = five points) or persons.")
    p50 = models.FloatField()
    p90 = models.FloatField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(p10__lte=F("p50"), p50__lte=F("p90")),
                name="capacityeffect_in_order",
                violation_error_message="Order the effect: low, likely, high.",
            ),
            models.CheckConstraint(
                condition=~Q(kind="drag") | Q(p10__gt=-1, p90__lt=1),
                name="capacityeffect_share",
                violation_error_message="A share of capacity lies below 100 %%.",
            ),
        ]


class TeamDrag(models.Model):
    """The share of a team's capacity that is lost to interest of debt. Append-only."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="drags")
    at = models.DateTimeField(db_default=Now())
    p10 = models.FloatField(db_comment="Share of capacity, 0 to below 0.9.")
    p50 = models.FloatField()
    p90 = models.FloatField()
    capped = models.BooleanField(default=False)
    history = models.JSONField(
        default=list, blank=True, db_comment="[day, mean drag from that day on], oldest first."
    )

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(p10__gte=0, p10__lte=F("p50"), p50__lte=F("p90"), p90__lt=0.9),
                name="teamdrag_in_range",
                violation_error_message="Drag lies from 0 to below 90 %% of the capacity.",
            ),
        ]
