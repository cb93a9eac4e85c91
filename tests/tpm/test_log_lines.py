"""The log: a refusal is one line, a failure tells where it happened."""

import logging

import pytest
from django.conf import settings

from tpm import views


@pytest.fixture
def said(caplog):
    """What was logged, as the console writes it."""
    caplog.handler.setFormatter(logging.Formatter(settings.LOGGING["formatters"]["line"]["format"]))
    caplog.set_level(logging.WARNING)
    return lambda: caplog.text.splitlines()


def test_a_refused_page_is_one_line(client_of, vic, product, said):
    path = f"/p/{product.key}/settings/role/"
    assert client_of(vic).post(path).status_code == 403
    (line,) = said()
    assert line.endswith(f"WARNING django.request: Forbidden (Permission denied): {path}")


def test_a_page_that_is_not_there_is_one_line(client_of, ada, said):
    assert client_of(ada).get("/p/NONE/items/").status_code == 404
    assert [line.partition("django.request: ")[2] for line in said()] == [
        "Not Found: /p/NONE/items/"
    ]


def test_a_failure_keeps_its_traceback(client_of, ada, product, monkeypatch, said):
    def fail(*_args, **_options):
        raise RuntimeError("nobody expected this")

    monkeypatch.setattr(views, "history_page", fail)
    visitor = client_of(ada)
    visitor.raise_request_exception = False
    assert visitor.get(f"/p/{product.key}/history/").status_code == 500
    lines = said()
    assert "Traceback (most recent call last):" in lines
    assert lines.count("RuntimeError: nobody expected this") == 1
