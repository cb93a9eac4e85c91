import datetime

import pytest

from tests.tradeoffs.reading import read
from tradeoffs import export, services


def test_the_record_follows_madr(scored, mel):
    services.edit_decision(
        scored,
        by=mel,
        version=None,
        fields={
            "situation": "telling six systems",
            "context": "Orders get lost.",
            "constraints": "* No broker.",
            "chosen": scored.options.get(name="Outbox"),
            "reasons": "Four people can run it.",
            "consequences": "* Good, because one commit",
            "confirmation": "Count lost orders.",
        },
    )
    text = export.as_markdown(read(scored))
    heads = [line for line in text.splitlines() if line.startswith("#")]
    assert text.startswith('---\nstatus: "draft"\ndate: ')
    assert heads == [
        "# Which queue carries orders?",
        "## Context and Problem Statement",
        "### Constraints",
        "## Decision Drivers",
        "## Considered Options",
        "## Decision Outcome",
        "### Consequences",
        "### Confirmation",
        "## Pros and Cons of the Options",
        "### Comparison",
        "## More Information",
    ]
    assert 'Proposed option: "Outbox", because four people can run it.' in text
    assert "| Cost | 50 % | 8: run for a year | 2 |" in text
    assert "| Total, 0 to 1 | 100 % | 0.69 (0.62–0.75) | 0.44 (0.44–0.44) |" in text


def test_a_fragile_lead_is_printed_as_a_close_call(make_decision, score):
    decision = make_decision()
    for option, criterion, value in (
        ("Outbox", "Cost", 9),
        ("Kafka", "Cost", 1),
        ("Outbox", "Scalability", 1.5),
        ("Kafka", "Scalability", 9),
    ):
        score(decision, option, criterion, value)
    assert "Close call. Outbox leads by 0.03" in export.as_markdown(read(decision))


def test_a_cell_without_a_score_is_not_printed_as_zero(decision):
    assert "| Cost | 50 % | not scored | not scored |" in export.as_markdown(read(decision))


def test_a_pipe_or_a_new_line_in_a_name_does_not_break_the_table(make_decision):
    decision = make_decision(options=["A | B", "C"])
    assert "| Criterion | Weight | A \\| B | C |" in export.as_markdown(read(decision))


def test_an_accepted_record_stays_as_it_was_but_for_its_status(accepted, make_decision, mel, lena):
    before = export.as_markdown(accepted)
    assert 'status: "accepted"' in before
    newer = make_decision(replaces=accepted)
    services.submit_for_review(newer, by=mel, version=None)
    services.review(
        newer, by=lena, version=None, verdict="approve", reason="So.", chosen=newer.options.first()
    )
    accepted.refresh_from_db()
    after = export.as_markdown(accepted)
    assert after == before.replace('"accepted"', '"superseded by PAY-A2"', 1)


@pytest.mark.parametrize(
    ("text", "shown"), [("Because", "because"), ("I think", "I think"), ("SLO met", "SLO met")]
)
def test_reasons_join_the_sentence(text, shown):
    assert export.lower_first(text) == shown


def test_consequences_and_predictions_stand_in_the_record(scored, mel):
    services.add_consequence(
        scored, by=mel, kind="bad", text="Readers poll", quality="Performance", severity="high"
    )
    services.add_prediction(
        scored, by=mel, text="P99", due_on=datetime.date(2027, 3, 31), p10=0.4, p50=0.9, p90=2.1,
        unit="s",
    )  # fmt: skip
    text = export.as_markdown(read(scored))
    assert "* Bad, because readers poll (Performance, high)" in text
    assert "* P99: 0.9 s (0.4–2.1), checked on 2027-03-31" in text
