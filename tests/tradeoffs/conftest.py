"""A decision between two options on two criteria, drafted by Mel."""

import pytest

from tradeoffs import services
from tradeoffs.models import Decision


@pytest.fixture
def make_decision(product, mel):
    def make(*, by=None, in_product=None, **fields) -> Decision:
        start = {
            "title": "Which queue carries orders?",
            "options": ["Outbox", "Kafka"],
            "criteria": ["Scalability", "Cost"],
        }
        return services.draft_decision(in_product or product, by=by or mel, **(start | fields))

    return make


@pytest.fixture
def decision(make_decision) -> Decision:
    return make_decision()


@pytest.fixture
def score(mel):
    """Score a cell by the names of its option and criterion."""

    def put(decision, option, criterion, p50, **fields):
        return services.score_cell(
            decision.options.get(name=option),
            decision.criteria.get(name=criterion),
            by=mel,
            version=None,
            p50=p50,
            **fields,
        )

    return put


@pytest.fixture
def scored(decision, score) -> Decision:
    """Outbox leads Kafka by 0.25."""
    score(decision, "Outbox", "Scalability", 5, p10=4, p90=6)
    score(decision, "Kafka", "Scalability", 7)
    score(decision, "Outbox", "Cost", 8, note="run for a year")
    score(decision, "Kafka", "Cost", 2)
    decision.refresh_from_db()
    return decision


@pytest.fixture
def in_review(scored, mel) -> Decision:
    services.submit_for_review(scored, by=mel, version=scored.version)
    return scored


@pytest.fixture
def accepted(in_review, lena) -> Decision:
    services.review(
        in_review,
        by=lena,
        version=in_review.version,
        verdict="approve",
        reason="Cheapest that is fast enough.",
        chosen=in_review.options.get(name="Outbox"),
    )
    return in_review
