"""Named sets of changes over the live plan, and what they would do to its dates."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse

from tpm.models import Product, Versioned


class Scenario(Versioned):
    """A named list of changes over the plan, never a copy of it."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="scenarios")
    name = models.CharField(max_length=80)
    question = models.CharField(
        max_length=300, blank=True, help_text="What it is to find out. Optional."
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    shared = models.BooleanField(
        default=False, help_text="Everybody who sees the product sees it; only you change it."
    )
    revision = models.PositiveIntegerField(default=1, editable=False)
    applied_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "by", "name"],
                name="scenario_name_once",
                violation_error_message="You have a scenario with this name.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("roadmaps:scenario-detail", args=[self.product.key, self.pk])


class ScenarioChange(models.Model):
    """One change of a scenario, made after those before it."""

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="changes")
    position = models.PositiveIntegerField()
    asked = models.JSONField(db_comment="The change, as the what-if API takes it.")
    was = models.JSONField(
        default=dict, db_comment="What the plan said when it was added: a conflict if it moved on."
    )

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["scenario", "position"],
                name="scenariochange_position_once",
                violation_error_message="Two changes have the same place.",
            ),
        ]


class ScenarioForecast(models.Model):
    """Dates without and with a scenario's changes, on the same draws. Replaced as they change."""

    scenario = models.OneToOneField(
        Scenario, on_delete=models.CASCADE, primary_key=True, related_name="forecast"
    )
    at = models.DateTimeField(db_default=Now())
    as_of = models.DateField(null=True)
    plan_revision = models.PositiveBigIntegerField()
    scenario_revision = models.PositiveIntegerField()
    trials = models.PositiveIntegerField(default=0)
    result = models.JSONField(
        default=dict, db_comment="End, objectives, items and teams, each before and after."
    )
    failure = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(failure="") | Q(trials=0),
                name="scenarioforecast_result_or_failure",
                violation_error_message="A scenario has dates, or the reason why it has none.",
            ),
        ]
