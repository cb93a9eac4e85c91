"""What every endpoint shares: pages, and the same sentences as the pages of the app."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.exceptions import ValidationError as DjangoValidationError
from django.shortcuts import get_object_or_404
from rest_framework import pagination, serializers, status
from rest_framework.exceptions import APIException
from rest_framework.response import Response
from rest_framework.views import exception_handler

from tpm.editing import EditConflict
from tpm.models import Product
from tpm.roles import products_visible_to
from tpm.words import clean, word_of


class Conflict(APIException):
    """It is not as whoever asked believes, or somebody is at it: the sentence says how it is."""

    status_code = status.HTTP_409_CONFLICT


class Refused(APIException):
    """A file that is not taken in, with the sentence why."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY


class Pages(pagination.PageNumberPagination):
    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = 500


def named_in(request, name: str) -> Any:
    """What a body says of a name: nothing where it is a list, a number, or `null`."""
    return request.data.get(name) if isinstance(request.data, dict) else None


def visible_product(request) -> Product:
    """The product that the body names. Unseen is 404; a body that names none is 400."""
    key = named_in(request, "product")
    if not isinstance(key, str):
        raise serializers.ValidationError({"product": ["Name a product by its key."]})
    return get_object_or_404(products_visible_to(request.user), key=clean(key))


LONGEST_KEY = 100


def idempotency_key(request) -> str:
    """What a client calls a request, to be sent again without being done again; empty: nothing.

    raises: ValidationError for one that could not be kept whole: cut, two would be one
    """
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > LONGEST_KEY:
        raise serializers.ValidationError(
            {"Idempotency-Key": [f"At most {LONGEST_KEY} characters."]}
        )  # fmt: skip
    return key


def product_asked_for(request) -> Product:
    """The product that the address names with `?product=`. Unseen is 404; none is 400."""
    key = word_of(request.query_params, "product")
    if not key:
        raise serializers.ValidationError({"product": ["Name a product by its key."]})
    return get_object_or_404(products_visible_to(request.user), key=key)


def asks_dry_run(request) -> bool:
    """Whether it asks, with `?dry_run=1`, what would be done, and not to do it."""
    return word_of(request.query_params, "dry_run").lower() in ("1", "true", "yes")


def answer_exception(error: Exception, context: dict) -> Response | None:
    """The app's own errors as answers: broken rule 400, stale version 409."""
    if isinstance(error, DjangoValidationError):
        problems = error.message_dict if hasattr(error, "error_dict") else {"error": error.messages}
        problems = {("error" if k == "__all__" else k): v for k, v in problems.items()}
        return Response(problems, status=status.HTTP_400_BAD_REQUEST)
    if isinstance(error, RequestDataTooBig):
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024 // 1024
        words = f"More than {most} MB of text: send it as a file, as multipart/form-data."
        return Response({"error": [words]}, status=status.HTTP_413_REQUEST_ENTITY_TOO_LARGE)
    if isinstance(error, EditConflict):
        body = {"error": [str(error)], "theirs": error.theirs, "mine": error.mine,
                "version": error.instance.version}  # fmt: skip
        return Response(body, status=status.HTTP_409_CONFLICT)
    answer = exception_handler(error, context)
    if answer is not None and isinstance(answer.data, dict) and set(answer.data) == {"detail"}:
        answer.data = {"error": [str(answer.data["detail"])]}
    return answer
