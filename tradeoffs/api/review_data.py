"""What the API takes and gives of judging together."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from tpm.models import Person, Team
from tpm.roles import people_of, teams_of
from tradeoffs import blind
from tradeoffs.models import Amendment, Anchor, Decision, ObjectionEnd, ReviewPlan, Section


class RestrictedSerializer(serializers.Serializer):
    """Related fields take their values from the product of the decision alone."""

    def rows(self, decision: Decision) -> dict[str, QuerySet]:
        return {}

    def get_fields(self):
        fields = super().get_fields()
        decision = self.context.get("decision")
        for name, rows in (self.rows(decision) if decision is not None else {}).items():
            field: Any = fields[name]
            getattr(field, "child_relation", field).queryset = rows
        return fields


class ReviewPlanSerializer(RestrictedSerializer):
    rule = serializers.ChoiceField(choices=ReviewPlan.Rule.choices)
    needed = serializers.IntegerField(min_value=1, max_value=50, default=1)
    team: serializers.SlugRelatedField = serializers.SlugRelatedField(
        slug_field="slug", queryset=Team.objects.none(), allow_null=True, default=None
    )
    due_on = serializers.DateField(allow_null=True, default=None)
    version = serializers.IntegerField(help_text="Of the plan that was read; 0 without one.")

    def rows(self, decision: Decision) -> dict[str, QuerySet]:
        return {"team": teams_of(decision.product)}


class AskReviewersSerializer(RestrictedSerializer):
    people: serializers.PrimaryKeyRelatedField = serializers.PrimaryKeyRelatedField(
        queryset=Person.objects.none(), many=True
    )

    def rows(self, decision: Decision) -> dict[str, QuerySet]:
        return {"people": people_of(decision.product)}


class AcceptSerializer(serializers.Serializer):
    version = serializers.IntegerField()
    why = serializers.CharField(max_length=1_000, required=False, allow_blank=True, default="")


class ObjectionEndSerializer(serializers.Serializer):
    review = serializers.IntegerField(help_text="Id of the objection.")
    how = serializers.ChoiceField(choices=ObjectionEnd.How.choices)
    reason = serializers.CharField(max_length=5_000)


class DifferenceSerializer(serializers.Serializer):
    kind = serializers.CharField()
    where = serializers.CharField()
    old = serializers.CharField()
    new = serializers.CharField()


class SaidSerializer(serializers.Serializer):
    """The last word of one person; `counts` says whether it is an approval that counts."""

    id = serializers.IntegerField(source="review.pk")
    by = serializers.CharField(source="review.by.username")
    verdict = serializers.CharField(source="review.verdict")
    reason = serializers.CharField(source="review.reason")
    at = serializers.DateTimeField(source="review.at")
    stale = serializers.BooleanField()
    blocks = serializers.BooleanField(source="open")
    changed = DifferenceSerializer(many=True)


class DemandSerializer(serializers.Serializer):
    name = serializers.CharField()
    text = serializers.CharField()
    done = serializers.BooleanField()


class StandingSerializer(serializers.Serializer):
    """Where a review stands."""

    met = serializers.BooleanField()
    needed = serializers.IntegerField()
    counted = serializers.IntegerField()
    says = serializers.CharField()
    reviewers = serializers.ListField(child=serializers.CharField())
    suggested = serializers.ListField(child=serializers.CharField())
    checklist = DemandSerializer(many=True)
    said = SaidSerializer(many=True)


class AmendmentSerializer(serializers.ModelSerializer):
    by = serializers.CharField(source="by.username", read_only=True)

    class Meta:
        model = Amendment
        fields = ["id", "kind", "section", "old", "new", "reason", "state", "by", "created_at",
                  "applied_version"]  # fmt: skip
        read_only_fields = fields


class AmendSerializer(serializers.Serializer):
    section = serializers.ChoiceField(choices=Section.choices)
    new = serializers.CharField(max_length=200_000, allow_blank=True)
    reason = serializers.CharField(max_length=5_000, required=False, allow_blank=True, default="")
    typo = serializers.BooleanField(default=False, help_text="Put right at once, logged as a typo.")


class JudgeAmendmentSerializer(serializers.Serializer):
    amendment = serializers.IntegerField()
    answer = serializers.ChoiceField(
        choices=["approve", "conditions", "object", "abstain", "reject", "withdraw"]
    )
    reason = serializers.CharField(max_length=5_000, required=False, allow_blank=True, default="")


class SectionSerializer(serializers.Serializer):
    section = serializers.ChoiceField(choices=Section.choices)
    base = serializers.CharField(
        allow_blank=True, trim_whitespace=False, help_text="The text that the writing began from."
    )
    text = serializers.CharField(max_length=200_000, allow_blank=True, trim_whitespace=False)


class BallotCellSerializer(serializers.Serializer):
    option = serializers.CharField()
    criterion = serializers.CharField()
    p10 = serializers.FloatField(allow_null=True, default=None)
    p50 = serializers.FloatField(allow_null=True, default=None)
    p90 = serializers.FloatField(allow_null=True, default=None)
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class BallotSerializer(serializers.Serializer):
    cells = BallotCellSerializer(many=True)
    hand_in = serializers.BooleanField(default=False)


class RoundSerializer(RestrictedSerializer):
    """`people` of the first round; the second one is of the same people."""

    people: serializers.PrimaryKeyRelatedField = serializers.PrimaryKeyRelatedField(
        queryset=Person.objects.none(), many=True, required=False
    )
    due_on = serializers.DateField()

    def rows(self, decision: Decision) -> dict[str, QuerySet]:
        return {"people": blind.offered_scorers(decision)}


class ScoringSerializer(serializers.Serializer):
    """A round: its progress alone until it is shown, and one's own ballot."""

    number = serializers.IntegerField()
    due_on = serializers.DateField()
    shown = serializers.BooleanField()
    scored = serializers.IntegerField()
    asked = serializers.IntegerField()
    own = BallotCellSerializer(many=True)
    concordance = serializers.FloatField(allow_null=True, help_text="Kendall's W; null before.")
    cells = serializers.ListField(child=serializers.DictField(), help_text="Empty before.")


class PartCommentSerializer(serializers.Serializer):
    """What somebody says of a section, an option, a criterion, or the cell of both."""

    section = serializers.ChoiceField(choices=Section.choices, required=False)
    option = serializers.CharField(required=False)
    criterion = serializers.CharField(required=False)
    body = serializers.CharField(max_length=20_000)


class SettleSerializer(serializers.Serializer):
    comment = serializers.IntegerField()
    settled = serializers.ChoiceField(choices=Anchor.State.choices)


class AnchorSerializer(serializers.ModelSerializer):
    comment = serializers.IntegerField(source="comment_id")
    by = serializers.CharField(source="comment.by.username")
    body = serializers.CharField(source="comment.body")
    settled = serializers.ChoiceField(choices=Anchor.State.choices, source="state")

    class Meta:
        model = Anchor
        fields = ["comment", "label", "by", "body", "settled"]


class VersionSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    number = serializers.IntegerField()
    at = serializers.DateTimeField()
    by = serializers.CharField(source="by.username")
    why = serializers.CharField()


class VersionsSerializer(serializers.Serializer):
    """Kept versions, and what differs from `from` to `to`, each an id; without `to` now."""

    versions = VersionSerializer(many=True)
    differences = DifferenceSerializer(many=True)


class ClosingSerializer(serializers.Serializer):
    number = serializers.IntegerField()
    kind = serializers.CharField()
    at = serializers.DateTimeField()
    by = serializers.CharField(source="by.username")
    digest = serializers.CharField()
    previous = serializers.CharField()


class ChainSerializer(serializers.Serializer):
    """The links of one decision, and whether the whole chain of its product holds."""

    intact = serializers.BooleanField()
    says = serializers.CharField()
    closings = ClosingSerializer(many=True)
