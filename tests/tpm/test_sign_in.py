"""Signing in: what all processes count together, and what nobody may send."""

import pytest
from django.core.cache import cache
from django.db import connection

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"
WRONG = {"login": "ada", "password": "wrong"}


def test_tries_to_sign_in_are_counted_in_the_database(client):
    client.post(LOGIN, WRONG)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tpm_cache")
        assert cursor.fetchone()[0] > 0


def test_behind_a_proxy_one_visitor_does_not_use_up_the_tries_of_another(client, settings, ada):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    cache.clear()
    for _ in range(40):
        last = client.post(LOGIN, WRONG, headers={"X-Forwarded-For": "203.0.113.7"})
    assert last.status_code == 429
    other = client.post(LOGIN, WRONG, headers={"X-Forwarded-For": "203.0.113.8"})
    assert other.status_code != 429


def test_a_form_of_many_megabytes_is_refused(client):
    answer = client.post(LOGIN, WRONG | {"password": "x" * 4_000_000})
    assert answer.status_code in (400, 413)
