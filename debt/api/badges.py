"""Badges over REST: list, make, revoke, by whom the product lets share."""

from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from debt.models import Badge
from debt.services import badges
from roadmaps.queries.sharing import who_shares
from roadmaps.services.sharing import LONGEST
from roadmaps.views.sharing import require_sharing
from tpm.api import product_asked_for, visible_product
from tpm.models import Component, Product
from tpm.roles import components_of, products_visible_to


class BadgeSerializer(serializers.ModelSerializer):
    """A badge; its address is in the answer that made it, and nowhere else."""

    product = serializers.CharField(source="product.key", read_only=True)
    component = serializers.SlugRelatedField(
        slug_field="key", queryset=Component.objects.none(), allow_null=True, required=False,
        help_text="Key of a component; null: the whole product.",
    )  # fmt: skip
    expires_on = serializers.DateField(
        required=False, help_text="The last day on which it opens; a year ahead at most, as unsaid."
    )
    made_by = serializers.CharField(source="made_by.username", read_only=True)
    opens = serializers.SerializerMethodField(help_text="Whether its days allow it to open.")

    class Meta:
        model = Badge
        fields = [
            "id", "product", "component", "made_by", "made_on", "expires_on", "revoked_at",
            "last_used_on", "opens",
        ]  # fmt: skip
        read_only_fields = ["made_on", "revoked_at", "last_used_on"]

    def get_fields(self):
        fields = super().get_fields()
        product = self.context.get("product")
        if product is not None:
            setattr(fields["component"], "queryset", components_of(product))  # noqa: B010 - stubs
        return fields

    def get_opens(self, badge: Badge) -> bool:
        return badge.revoked_at is None and badge.expires_on >= timezone.localdate()


class NewBadgeSerializer(BadgeSerializer):
    product = serializers.CharField(help_text="Key of the product.")


class MadeBadgeSerializer(BadgeSerializer):
    address = serializers.CharField(help_text="Of the drawing; told this once.")
    markdown = serializers.CharField(help_text="The drawing in a README.")

    class Meta(BadgeSerializer.Meta):
        fields = [*BadgeSerializer.Meta.fields, "address", "markdown"]


class BadgeViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Badges of a product and its components, for those who may share it."""

    serializer_class = BadgeSerializer
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self):
        rows = Badge.objects.filter(product__in=products_visible_to(self.request.user))
        return rows.select_related("component", "product", "made_by")

    def get_object(self) -> Badge:
        badge = super().get_object()
        self.require(badge.product)
        return badge

    def require(self, product: Product) -> None:
        require_sharing(self.request.user, product, who_shares(product))

    @extend_schema(parameters=[OpenApiParameter("product", str, required=True)])
    def list(self, request, *args, **kwargs):
        """Badges of one product, the newest first."""
        product = product_asked_for(request)
        self.require(product)
        page = self.paginate_queryset(self.get_queryset().filter(product=product))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(request=NewBadgeSerializer, responses={201: MadeBadgeSerializer})
    def create(self, request):
        """Make a badge; only this answer has its address."""
        product = visible_product(request)
        self.require(product)
        given = BadgeSerializer(data=request.data, context={"product": product})
        given.is_valid(raise_exception=True)
        said = given.validated_data
        badge, token = badges.make_badge(
            product, by=request.user, component=said.get("component"),
            expires_on=said.get("expires_on") or timezone.localdate() + LONGEST,
        )  # fmt: skip
        address = request.build_absolute_uri(reverse("debt:badge", args=[token]))
        told = BadgeSerializer(self.get_queryset().get(pk=badge.pk)).data
        made = {"address": address, "markdown": badges.markdown_of(badge, address)}
        return Response({**told, **made}, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=BadgeSerializer)
    @action(detail=True, methods=["post"])
    def revoke(self, request, pk=None):
        """Close a badge for good; one that is closed stays closed."""
        badge = self.get_object()
        badges.revoke_badge(badge, by=request.user)
        return Response(self.get_serializer(self.get_object()).data)


def register(router) -> None:
    router.register("debt-badges", BadgeViewSet, basename="debt-badge")
