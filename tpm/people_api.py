"""People over REST: whom an owner of work can be, as far as whoever asks sees them."""

from typing import Any

from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, viewsets

from tpm import queries
from tpm.api import product_asked_for
from tpm.comments import begins
from tpm.markdown import fold
from tpm.models import Membership, Person
from tpm.roles import people_of, teams_visible_to
from tpm.words import word_of


class ListedPersonSerializer(serializers.ModelSerializer):
    """Somebody who owns or does work: `id` is what an `owner` is set to."""

    username = serializers.CharField(
        source="user.username", default=None, allow_null=True, read_only=True,
        help_text="After an @ it names the person in a typed line; null without an account.",
    )  # fmt: skip
    teams = serializers.SerializerMethodField(help_text="Today's, of those that you see.")

    class Meta:
        model = Person
        fields = ["id", "name", "username", "teams"]
        read_only_fields = fields

    def get_teams(self, person: Any) -> list[str]:
        return [membership.team.slug for membership in person.seen_memberships]


class PersonViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """People of the products and teams that you see."""

    serializer_class = ListedPersonSerializer
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[Person]:
        user = self.request.user
        if not user.is_authenticated:
            return Person.objects.none()
        rows = queries.people_visible_to(user)
        if self.action == "list" and "product" in self.request.query_params:
            # The one query that the pages and services take owners from.
            rows = people_of(product_asked_for(self.request))
        return rows.select_related("user").order_by("name", "pk")

    def get_object(self) -> Person:
        person = super().get_object()
        prefetch_related_objects([person], teams_seen_by(self.request.user))
        return person

    @extend_schema(
        parameters=[
            OpenApiParameter("product", str, description="Who can own work of this product."),
            OpenApiParameter("q", str, description="How a name or a username begins."),
        ]
    )
    def list(self, request, *args, **kwargs):
        """Whom you see, by name."""
        rows: Any = self.get_queryset()
        # Compared as the pages compare names, which not every database can.
        if word := fold(word_of(request.query_params, "q")):
            rows = [person for person in rows if begins(person, word)]
        page: list[Any] = self.paginate_queryset(rows) or []
        prefetch_related_objects(page, teams_seen_by(request.user))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


def teams_seen_by(user) -> Prefetch:
    """Memberships of today in teams that the user sees, as `seen_memberships`."""
    today = timezone.localdate()
    rows = Membership.objects.filter(team__in=teams_visible_to(user), starts_on__lte=today)
    rows = rows.filter(Q(ends_on=None) | Q(ends_on__gte=today)).select_related("team")
    return Prefetch("memberships", rows.order_by("team__slug"), to_attr="seen_memberships")


def register(router) -> None:
    """Add people to the API."""
    router.register("people", PersonViewSet, basename="person")
