"""Personal tokens for the API."""

import datetime
import hashlib
import secrets

from django.db.models import Q
from django.utils import timezone
from rest_framework import authentication, exceptions

from tpm.models import ApiToken

PREFIX = "tpm_"
READING = {"GET", "HEAD", "OPTIONS"}


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def make_token(
    user, *, name: str, may_write: bool, expires_on: datetime.date | None = None
) -> tuple[ApiToken, str]:
    """A new personal token; its text is shown once and never stored."""
    text = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        user=user, name=name, digest=digest(text), may_write=may_write, expires_on=expires_on
    )
    token.full_clean(exclude=["digest"])
    token.save()
    return token, text


class TokenAuthentication(authentication.BaseAuthentication):
    """`Authorization: Bearer tpm_…`"""

    def authenticate(self, request):
        words = authentication.get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        if len(words) != 2:
            raise exceptions.AuthenticationFailed("Write: Authorization: Bearer <token>.")
        token = self.find(words[1].decode("latin-1"))
        # A view says so itself where it keeps nothing, whatever the method.
        reads = request.method in READING or getattr(
            request.parser_context.get("view"), "only_reads", False
        )
        if not reads and not token.may_write:
            raise exceptions.PermissionDenied("This token may only read.")
        return token.user, token

    def find(self, text: str) -> ApiToken:
        now = timezone.now()
        token = (
            ApiToken.objects.filter(digest=digest(text), user__is_active=True)
            .filter(Q(expires_on__isnull=True) | Q(expires_on__gte=now.date()))
            .select_related("user")
            .first()
        )
        if token is None:
            raise exceptions.AuthenticationFailed("This token is unknown, expired or revoked.")
        if token.last_used_at is None or now - token.last_used_at > datetime.timedelta(minutes=5):
            ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
        return token

    def authenticate_header(self, request) -> str:
        return "Bearer"
