"""Saved views over REST: the same rules as their pages; an app brings its shelf."""

from typing import Any, ClassVar

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from tpm.api import visible_product
from tpm.roles import products_visible_to
from tpm.saved_views import Shelf, may_drop, refuse_sharing
from tpm.words import word_of


class SavedViewSerializer(serializers.Serializer):
    """An address of a list under a name. `query` is what stands behind the ? of the page."""

    id = serializers.IntegerField(read_only=True)
    product = serializers.CharField(source="product.key", read_only=True)
    owner = serializers.CharField(source="owner.username", read_only=True)
    name = serializers.CharField(max_length=60)
    query = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    shared = serializers.BooleanField(required=False, help_text="All who see the product see it.")
    opens_first = serializers.BooleanField(
        read_only=True, default=False, help_text="Whether the list opens with it for you."
    )
    url = serializers.CharField(source="get_absolute_url", read_only=True)


class NewViewSerializer(SavedViewSerializer):
    product = serializers.CharField(help_text="Key of the product.")


class OpensSerializer(serializers.Serializer):
    opens_first = serializers.BooleanField()


class SavedViews(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """One's own views, and those that are shared with everybody who sees their product."""

    shelf: ClassVar[Shelf]
    page: ClassVar[str]
    serializer_class = SavedViewSerializer
    lookup_field = "pk"
    lookup_value_regex = "[0-9]+"

    def get_queryset(self):
        products = products_visible_to(self.request.user)
        key = word_of(self.request.query_params, "product")
        if key and self.action == "list":
            products = products.filter(key=key)
        return self.shelf.visible_in(self.request.user, products).select_related("product")

    def own(self) -> Any:
        """A view of one's own; anybody else's is 404."""
        view = self.get_object()
        if view.owner_id != self.request.user.pk:
            raise Http404
        return view

    def given(self, *, partial: bool = False) -> dict:
        data = self.get_serializer(data=self.request.data, partial=partial)
        data.is_valid(raise_exception=True)
        return dict(data.validated_data)

    def answer(self, pk: int, code: int = status.HTTP_200_OK) -> Response:
        found = self.get_queryset().get(pk=pk)
        return Response(SavedViewSerializer(found).data, status=code)

    @extend_schema(request=NewViewSerializer, responses={201: SavedViewSerializer})
    def create(self, request):
        """Keep an address under a name."""
        product, given = visible_product(request), self.given()
        shared = given.get("shared", False)
        if shared:
            refuse_sharing(request.user, product)
        view = self.shelf.save(
            product, by=request.user, name=given["name"], page=self.page,
            query=given.get("query", ""), shared=shared,
        )  # fmt: skip
        return self.answer(view.pk, status.HTTP_201_CREATED)

    def partial_update(self, request, pk=None):
        """Rename it, share it or not, or point it elsewhere."""
        view, given = self.own(), self.given(partial=True)
        if view.shared or given.get("shared"):
            refuse_sharing(request.user, view.product)
        self.shelf.change(view, **given)
        return self.answer(view.pk)

    def destroy(self, request, pk=None):
        """Delete one's own; a lead also one that everybody sees."""
        view = self.get_object()
        if not may_drop(request.user, view):
            raise Http404
        if view.shared:
            refuse_sharing(request.user, view.product)
        view.delete()
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=OpensSerializer, responses=SavedViewSerializer)
    @action(detail=True, methods=["put"])
    def opens(self, request, pk=None):
        """Let the list open with it for oneself, or no longer."""
        view = self.get_object()
        given = OpensSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        self.shelf.open_with(view, by=request.user, yes=given.validated_data["opens_first"])
        return self.answer(view.pk)
