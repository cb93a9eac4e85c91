"""Who is told of decisions, and saved views of their list, over REST."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from tpm.models import Person
from tpm.roles import people_of
from tpm.saved_view_api import SavedViews
from tradeoffs import services
from tradeoffs.api.review_data import RestrictedSerializer
from tradeoffs.models import Decision
from tradeoffs.record_people import ROLES, involved_in
from tradeoffs.views.saved import PAGE, SHELF


class PersonSerializer(serializers.Serializer):
    id = serializers.IntegerField(source="person.pk")
    name = serializers.CharField(source="person.name")


class ToldSerializer(serializers.Serializer):
    """Who is heard before a decision, and who is told of it after."""

    consulted = PersonSerializer(many=True)
    informed = PersonSerializer(many=True)
    version = serializers.IntegerField(help_text="Of both lists together: say it with a PUT.")


class TellSerializer(RestrictedSerializer):
    """Both lists, whole; each person stands in one of them."""

    consulted: serializers.PrimaryKeyRelatedField = serializers.PrimaryKeyRelatedField(
        queryset=Person.objects.none(), many=True
    )
    informed: serializers.PrimaryKeyRelatedField = serializers.PrimaryKeyRelatedField(
        queryset=Person.objects.none(), many=True
    )

    version = serializers.IntegerField(help_text="Of the lists that were read; 0 where nobody is.")

    def rows(self, decision: Decision) -> dict[str, QuerySet]:
        people = people_of(decision.product)
        return {"consulted": people, "informed": people}


class SeenSerializer(serializers.Serializer):
    seen = serializers.IntegerField(help_text="How many notices of yours that ended.")


class Telling:
    """Actions of `/decisions/KEY/told/`; the view set finds the decision and checks the role."""

    request: Any
    writable: Any
    get_object: Any
    data_of: Any

    @extend_schema(methods=["GET"], responses=ToldSerializer)
    @extend_schema(methods=["PUT"], request=TellSerializer, responses=ToldSerializer)
    @action(detail=True, methods=["get", "put"])
    def told(self, request, key=None):
        """Who is consulted and informed; PUT says it anew."""
        if request.method == "PUT":
            decision = self.writable()
            given = self.data_of(TellSerializer, decision=decision)
            services.involve(decision, by=request.user, **given)
        rows = involved_in(self.get_object())
        found = {role: [row for row in rows if row.role == role] for role in ROLES}
        return Response(ToldSerializer(found | {"version": services.told_version(rows)}).data)

    @extend_schema(request=None, responses=SeenSerializer)
    @action(detail=True, methods=["post"], url_path="told/seen")
    def seen(self, request, key=None):
        """Take one's own notice of a decision that was made off the list."""
        ended = services.note_seen(self.get_object(), by=request.user)
        return Response({"seen": ended})


class DecisionViewViewSet(SavedViews):
    """Saved views of the list of decisions."""

    shelf = SHELF
    page = str(PAGE)
