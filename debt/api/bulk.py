"""A change of many debt items over REST: the same form, services, job and undo as the page."""

from typing import Any

from django.http import QueryDict
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, viewsets

from debt import register as debt_register
from debt.bulk_jobs import JOBS, rows_of
from debt.forms.bulk import ACTIONS, BulkForm
from tpm import bulk_api
from tpm.api import Conflict, asks_dry_run, visible_product
from tpm.bulk import Picked
from tpm.bulk_pages import MOST, too_many
from tpm.job_api import JobSerializer
from tpm.models import Product
from tpm.roles import components_of, require, teams_of

NAMED_BY = {"team": ("slug", teams_of), "component": ("key", components_of)}
"""What a value names a row by, and of which rows; owners go by their id, as on an item."""

TEXT = serializers.CharField(allow_blank=True, trim_whitespace=False)
"""What a text of JSON must be before a database sees it: without NUL and halves of characters."""


class BulkSerializer(serializers.Serializer):
    """What becomes of which rows: `items` names them, or `matching` says which they are."""

    product = serializers.CharField(help_text="Key of the product.")
    do = serializers.ChoiceField(choices=list(ACTIONS), help_text="What changes.")
    value = serializers.JSONField(
        required=False, allow_null=True,
        help_text="Slug of a team, key of a component, id of a person, a size, a state, or a list "
        "of tags; null takes team, component or owner away.",
    )  # fmt: skip
    why = serializers.CharField(required=False, allow_blank=True, default="", max_length=1000)
    items = bulk_api.PickSerializer(many=True, required=False)
    matching = serializers.CharField(
        required=False, allow_blank=True, max_length=2000,
        help_text="What stands behind the ? of the register's address, such as "
        "`tab=first&q=search`; empty: all of its first tab. A name or value that the register does "
        "not know is refused.",
    )  # fmt: skip
    expected = serializers.IntegerField(
        required=False, min_value=0,
        help_text="How many rows are meant, as `rows` of the dry run said. `matching` needs it to "
        "change anything; where it is another number by now, nothing changes (409).",
    )  # fmt: skip

    def validate(self, attrs):
        if ("items" in attrs) == ("matching" in attrs):
            raise serializers.ValidationError(
                {"items": ["Name items, or say by `matching` which they are: one of the two."]}
            )
        return attrs


class BulkViewSet(viewsets.GenericViewSet):
    serializer_class = BulkSerializer

    @extend_schema(
        request=BulkSerializer,
        parameters=[
            OpenApiParameter("dry_run", bool, description="Say what it would do, write nothing."),
        ],
        responses={
            200: bulk_api.BulkReportSerializer,
            202: JobSerializer,
            409: OpenApiTypes.OBJECT,
        },
    )
    def create(self, request):
        """Change many items as one operation; what cannot be changed is named and left alone.

        More than 200 are a job of the worker (202). A dry run tries the first 200.
        """
        product = visible_product(request)
        require(request.user, "log_debt", product)
        given = self.get_serializer(data=request.data)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        picked = self.picked(product, asked)
        if not picked:
            raise serializers.ValidationError({"items": ["No item is meant by that."]})
        value = text_of(product, asked["do"], asked.get("value"))
        data = {"do": asked["do"], "value": value, "why": asked["why"], "back": ""}
        form = BulkForm(data, product=product)
        dry = asks_dry_run(request)
        if "matching" in asked and not dry and "expected" not in asked:
            raise serializers.ValidationError(
                {"expected": [f"Say how many are meant by that: now {len(picked)}."]}
            )
        if asked.get("expected", len(picked)) != len(picked):
            raise Conflict(f"By now {len(picked)} are meant by that, not {asked['expected']}.")
        return bulk_api.change(JOBS, product, picked, form, by=request.user, dry=dry)

    def picked(self, product: Product, asked: dict[str, Any]) -> list[Picked]:
        rows = rows_of(product)
        if "items" in asked:
            return bulk_api.picked_by(rows, asked["items"])
        choice = choice_of(asked["matching"])
        user, today = self.request.user, timezone.localdate()
        found = debt_register.matching(product, choice, user, today)
        meant = list(found.values_list("pk", flat=True)[: MOST + 1])
        if len(meant) > MOST:
            raise serializers.ValidationError({"matching": [too_many()]})
        return [(item, item.version) for item in rows.filter(pk__in=meant)]


def choice_of(matching: str) -> debt_register.Choice:
    """What an address of the register shows, read for a change: a page shows all of a tab where a
    filter is misspelt, which here would change all of it.

    raises: ValidationError for every name and value that the register does not know
    """
    asked = QueryDict(matching)
    choice = debt_register.Choice.read(asked)
    known = {
        "tab": choice.view, "view": choice.view, "order": choice.order, "team": choice.team,
        "component": choice.component, "tag": choice.tag, "q": choice.words,
    }  # fmt: skip
    problems = []
    for name, words in asked.lists():
        if name not in known:
            problems.append(f"The register has no {name}: tab, order, team, component, tag or q.")
        elif len(words) > 1:
            problems.append(f"{name} stands there twice.")
        elif words[0].strip() not in ("", known[name]):
            problems.append(f"{name} cannot be {words[0]}.")
    if problems:
        raise serializers.ValidationError({"matching": problems[:20]})
    return choice


def text_of(product: Product, do: str, value: Any) -> str:
    """A value as the form of the page takes it. raises: ValidationError"""
    if value is None:
        return ""
    if do in ("tag", "untag") and isinstance(value, list):
        return ",".join(word_of(each) for each in value)
    value = word_of(value)
    if do in NAMED_BY and value != "":
        name, rows = NAMED_BY[do]
        found = rows(product).filter(**{name: value}).first()
        if found is None:
            raise serializers.ValidationError({"value": [f"There is no {do} {value} here."]})
        return str(found.pk)
    return value


def word_of(value: Any) -> str:
    """A text or a number as a text that every database takes. raises: ValidationError"""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise serializers.ValidationError({"value": ["Give a text or a number."]})
    try:
        return TEXT.run_validation(str(value))
    except serializers.ValidationError as problem:
        raise serializers.ValidationError({"value": problem.detail}) from problem


def register(router) -> None:
    router.register("debt-bulk", BulkViewSet, basename="debt-bulk")
