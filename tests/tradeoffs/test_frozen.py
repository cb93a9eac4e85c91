"""One section of a frozen record changes, and not a byte else."""

import re

import pytest

from tpm.models import Component
from tradeoffs import export, frozen, services
from tradeoffs.models import Decision, Section

TEXTS = {
    "context": "Orders come in bursts.\n\n### Constraints\n\nNone that we know of.",
    "constraints": "At most 40 ms.\n\n## Decision Outcome\n\nas others wrote it",
    "reasons": "Cheapest that is fast enough.\n\n### Consequences\n\nSee below.",
    "consequences": "One more table.\n\n* a row\n\n### Confirmation\n\nlater",
    "confirmation": "P95 below 60 ms.",
}
"""People write headings of their own, such as ours."""


def mistyped(text: str) -> str:
    """The last two letters of the first longer word swapped."""
    return re.sub(r"(\w{3,})(\w)(\w)\b", r"\1\3\2", text, count=1)


@pytest.fixture
def close(make_decision, score, mel, lena):
    """close(**fields) -> an accepted decision with a matrix, a consequence and a prediction."""

    def make(*, rows=True, **fields):
        decision = make_decision(**fields)
        for option, value in (("Outbox", 7), ("Kafka", 3)):
            score(decision, option, "Cost", value)
        if rows:
            services.add_consequence(
                decision, by=mel, kind="bad", text="More to watch", severity="low"
            )
            services.add_prediction(
                decision, by=mel, text="It holds", chance=0.8, due_on="2030-01-01"
            )
        services.submit_for_review(decision, by=mel, version=None)
        services.review(
            decision, by=lena, version=None, verdict="approve", reason="So it is.",
            chosen=decision.options.get(name="Outbox"),
        )  # fmt: skip
        return Decision.objects.get(pk=decision.pk)

    return make


def amended(decision, section, new):
    return export.as_amended(decision, section, new)


@pytest.mark.parametrize("rows", [True, False])
@pytest.mark.parametrize("there", [TEXTS, {}, {"reasons": TEXTS["reasons"]}])
@pytest.mark.parametrize("section", Section.values)
def test_the_section_stands_as_a_new_record_would_have_it(close, section, there, rows):
    decision = close(rows=rows, **there)
    new = "I say this now.\n\nTwice."
    found = amended(decision, section, new)
    other = close(rows=rows, **{**there, section: new})
    keys = (decision.key, other.key)
    assert found == other.record.replace(keys[1], keys[0])


@pytest.mark.parametrize("section", ["context", "constraints", "consequences", "confirmation"])
def test_a_section_that_is_struck_leaves_no_heading_without_rows(close, section):
    decision = close(rows=False, **TEXTS)
    other = close(rows=False, **{**TEXTS, section: ""})
    assert amended(decision, section, "") == other.record.replace(other.key, decision.key)


def test_mending_a_typo_moves_nothing_else_whatever_lives_on(close, mel, lena, product, make_item):
    decision = close(**TEXTS)
    before = decision.record
    product.name = "Payments and more"
    product.save()
    lena.person.name = "Lena the Second"
    lena.person.save()
    row = decision.effects.get()
    services.accept_consequence(row, by=lena, person=mel.person, why="Small.")
    services.add_consequence(decision, by=mel, kind="bad", text="Found since", severity="high")
    rails = Component.objects.create(key="rails", name="Rails")
    rails.products.set([product])
    services.link_decision(decision, by=mel, version=None, items=[make_item()], components=[rails])
    services.fix_typo(decision, by=mel, section="confirmation", new="P95 belwo 60 ms.")
    after = Decision.objects.get(pk=decision.pk).record
    assert after == before.replace("P95 below 60 ms.", "P95 belwo 60 ms.")
    assert after != before


def test_typos_of_several_sections_go_one_after_the_other(close, mel):
    decision = close(**TEXTS)
    for section, text in TEXTS.items():
        services.fix_typo(decision, by=mel, section=section, new=mistyped(text))
    changed = {name: mistyped(text) for name, text in TEXTS.items()}
    found = Decision.objects.get(pk=decision.pk)
    other = close(**changed)
    assert found.record == other.record.replace(other.key, found.key)


def test_a_record_of_another_form_keeps_its_bytes_and_tells_the_amendment_below(close):
    decision = close()
    decision.record = "# Written elsewhere\n\nWith its own words.\n"
    found = amended(decision, "context", "Now this.")
    assert found == decision.record + "\n## Amended: Context\n\nNow this.\n"


def test_a_text_that_the_record_does_not_have_is_refused():
    kept = frozen.Kept("Which?", "Chosen option", dict.fromkeys(Section.values, "x"))
    with pytest.raises(frozen.OtherForm):
        frozen.amended("---\n---\n\n# Which?\n", kept, "context", "y")
