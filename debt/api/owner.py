"""CODEOWNERS, whom their names mean, and whose a file is, over REST."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from debt import owning, services
from debt.mining import codeowners
from debt.models import OwnerName, OwnersFile
from tpm.api import visible_product
from tpm.models import Person, Team
from tpm.roles import people_of, products_visible_to, require, teams_of
from tpm.words import word_of


class ProblemSerializer(serializers.Serializer):
    """A line that was not understood."""

    line = serializers.IntegerField()
    text = serializers.CharField()
    why = serializers.CharField()


class OwnersFileSerializer(serializers.ModelSerializer):
    """A CODEOWNERS that counts."""

    product: serializers.SlugRelatedField = serializers.SlugRelatedField(
        slug_field="key", read_only=True
    )
    from_git = serializers.SerializerMethodField(
        help_text="Whether a reading of the repository found it; else a person gave it."
    )
    rules = serializers.IntegerField(read_only=True, help_text="Lines that name owners.")
    owners = serializers.SerializerMethodField()
    problems = serializers.SerializerMethodField()

    class Meta:
        model = OwnersFile
        fields = [
            "id", "product", "repository", "place", "from_git", "note", "rules", "owners",
            "problems", "version", "updated_at",
        ]  # fmt: skip

    def get_from_git(self, row: OwnersFile) -> bool:
        return row.run_id is not None

    def get_owners(self, row: OwnersFile) -> list[str]:
        return [owner for owner, _lines in row.owners]

    @extend_schema_field(ProblemSerializer(many=True))
    def get_problems(self, row: OwnersFile) -> list[dict[str, Any]]:
        return [{"line": line, "text": text, "why": why} for line, text, why in row.problems]


class OwnersTextSerializer(OwnersFileSerializer):
    class Meta(OwnersFileSerializer.Meta):
        fields = [*OwnersFileSerializer.Meta.fields, "text"]


class GiveOwnersSerializer(serializers.Serializer):
    """The CODEOWNERS of a repository that the server cannot read."""

    product = serializers.CharField(help_text="Key of the product.")
    repository = serializers.CharField(max_length=200, help_text="Its name here.")
    text = serializers.CharField(
        trim_whitespace=False, allow_blank=True, max_length=codeowners.MOST_BYTES,
        help_text="What the file says; empty takes it away (204).",
    )  # fmt: skip
    version = serializers.IntegerField(
        min_value=0, default=0, help_text="Of the row that you read; 0 for a new one."
    )


class WhoseSerializer(serializers.Serializer):
    """Whose debt in a file would be. An empty `…_from`: its component says so."""

    component = serializers.CharField(allow_null=True)
    team = serializers.CharField(allow_null=True)
    team_from = serializers.CharField()
    owner = serializers.IntegerField(allow_null=True, help_text="A person.")
    owner_from = serializers.CharField()


class OwnersFileViewSet(viewsets.ReadOnlyModelViewSet):
    lookup_value_regex = "[0-9]{1,18}"

    def get_serializer_class(self):
        return OwnersTextSerializer if self.action == "retrieve" else OwnersFileSerializer

    def get_queryset(self):
        rows = owning.files_that_count(product__in=products_visible_to(self.request.user))
        if self.action == "list":
            rows = rows.defer("text")
            if key := word_of(self.request.query_params, "product"):
                rows = rows.filter(product__key=key)
        return rows.order_by("product__key", "repository")

    @extend_schema(parameters=[OpenApiParameter("product", str)])
    def list(self, request, *args, **kwargs):
        """The CODEOWNERS that count in the products you see."""
        return super().list(request, *args, **kwargs)

    @extend_schema(request=GiveOwnersSerializer, responses={200: OwnersTextSerializer, 204: None})
    def create(self, request):
        """Give the CODEOWNERS of a repository that the server cannot read."""
        product = visible_product(request)
        require(request.user, "read_history", product)
        given = GiveOwnersSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        said = given.validated_data
        row = services.give_owners(
            product, by=request.user, repository=said["repository"], text=said["text"],
            version=said["version"],
        )  # fmt: skip
        if row is None:
            return Response(status=status.HTTP_204_NO_CONTENT)
        return Response(OwnersTextSerializer(row).data)

    @extend_schema(
        parameters=[
            OpenApiParameter("key", str, OpenApiParameter.PATH, description="Of the product."),
            OpenApiParameter("path", str, required=True),
        ],
        responses=WhoseSerializer,
    )
    @action(detail=False, pagination_class=None, url_path=r"whose/(?P<key>[^/.]+)")
    def whose(self, request, key):
        """Whose debt in a file would be, and what says so."""
        product = get_object_or_404(products_visible_to(request.user), key=key)
        path = word_of(request.query_params, "path", 500)
        found = owning.Suggester(product).of([], files=[path] if path else [])
        return Response(
            {
                "component": found.component.key if found.component else None,
                "team": found.team.slug if found.team else None,
                "team_from": found.team_why,
                "owner": found.owner.pk if found.owner else None,
                "owner_from": found.owner_why,
            }
        )


class OwnerNameSerializer(serializers.ModelSerializer):
    """Whom a name in a CODEOWNERS means, where it is not their name here."""

    product: serializers.SlugRelatedField = serializers.SlugRelatedField(
        slug_field="key", read_only=True
    )
    name = serializers.CharField(max_length=200)
    team = serializers.SlugRelatedField(
        slug_field="slug", queryset=Team.objects.none(), allow_null=True, default=None
    )
    person: serializers.PrimaryKeyRelatedField = serializers.PrimaryKeyRelatedField(
        queryset=Person.objects.none(), allow_null=True, default=None
    )
    version = serializers.IntegerField(
        min_value=0, default=0, help_text="Of the row that you read; 0 for a new one."
    )

    class Meta:
        model = OwnerName
        fields = ["id", "product", "name", "team", "person", "version"]
        validators: list = []

    def get_fields(self):
        fields = super().get_fields()
        product = self.context.get("product")
        if product is not None:
            for name, rows in (("team", teams_of(product)), ("person", people_of(product))):
                setattr(fields[name], "queryset", rows)  # noqa: B010 - the stubs
        return fields


class OwnerNameViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet
):  # fmt: skip
    serializer_class = OwnerNameSerializer
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self):
        rows = owning.names_visible_to(self.request.user)
        if self.action == "list" and (key := word_of(self.request.query_params, "product")):
            rows = rows.filter(product__key=key)
        return rows.order_by("product__key", "name")

    @extend_schema(parameters=[OpenApiParameter("product", str)])
    def list(self, request, *args, **kwargs):
        """Whom names mean in the products you see, where somebody said so."""
        return super().list(request, *args, **kwargs)

    @extend_schema(responses={200: OwnerNameSerializer, 204: None})
    def create(self, request):
        """Say whom a name means; without team and person: whoever is called so, again (204)."""
        product = visible_product(request)
        require(request.user, "read_history", product)
        given = OwnerNameSerializer(data=request.data, context={"product": product})
        given.is_valid(raise_exception=True)
        said = given.validated_data
        row = services.say_owner_name(product, by=request.user, **said)
        if row is None:
            return Response(status=status.HTTP_204_NO_CONTENT)
        return Response(OwnerNameSerializer(row).data)


def register(router) -> None:
    router.register("code-owners", OwnersFileViewSet, basename="code-owners")
    router.register("owner-names", OwnerNameViewSet, basename="owner-name")
