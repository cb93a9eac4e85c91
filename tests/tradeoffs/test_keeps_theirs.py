"""Two people edit a decision at once: what one did not touch keeps what the other wrote."""

import pytest

from tests.forms_on_pages import kept
from tradeoffs import services

pytestmark = pytest.mark.django_db


def test_a_decision(decision, client_of, mel, ada):
    theirs = {"title": "Theirs?", "context": "Orders are lost.", "undoing": "irreversible"}
    kept(
        client_of(mel), f"/a/{decision.key}/edit/",
        lambda: services.edit_decision(decision, by=ada, version=None, fields=theirs),
        title="Mine?",
    )  # fmt: skip
    decision.refresh_from_db()
    assert (decision.title, decision.context) == ("Mine?", "Orders are lost.")
    assert decision.undoing == "irreversible"


def test_an_option(decision, client_of, mel, ada):
    option = decision.options.first()
    theirs = {"name": "Theirs", "description": "One table."}
    kept(
        client_of(mel), f"/a/{decision.key}/options/{option.pk}/",
        lambda: services.edit_option(option, by=ada, version=None, fields=theirs),
        name="Mine",
    )  # fmt: skip
    option.refresh_from_db()
    assert (option.name, option.description) == ("Mine", "One table.")
