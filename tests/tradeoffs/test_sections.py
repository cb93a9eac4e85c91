"""Sections edited in place: kept while typed, merged where two meet."""

import pytest
from django.core.exceptions import ValidationError

from tradeoffs import services
from tradeoffs.models import Decision, SectionDraft
from tradeoffs.services.sections import SectionConflict


def save(decision, by, text, base="", section="context"):
    return services.save_section(decision, by=by, section=section, base=base, text=text)


def test_a_section_is_saved_without_looking_at_the_others(decision, mel, ada):
    services.edit_decision(decision, by=ada, version=None, fields={"constraints": "Cheap."})
    assert save(decision, mel, "Orders get lost.") is False
    stored = Decision.objects.get()
    assert (stored.context, stored.constraints) == ("Orders get lost.", "Cheap.")


def test_two_who_change_different_lines_are_merged(decision, mel, ada):
    base = "One.\n\nTwo.\n\nThree.\n"
    save(decision, mel, base)
    save(decision, ada, "1.\n\nTwo.\n\nThree.\n", base=base)
    assert save(decision, mel, "One.\n\nTwo.\n\n3.\n", base=base) is True
    assert Decision.objects.get().context == "1.\n\nTwo.\n\n3.\n"


def test_two_who_change_the_same_line_see_both(decision, mel, ada):
    save(decision, mel, "One.")
    save(decision, ada, "Theirs.", base="One.")
    with pytest.raises(SectionConflict) as both:
        save(decision, mel, "Mine.", base="One.")
    assert (both.value.theirs, both.value.mine) == ("Theirs.", "Mine.")
    assert Decision.objects.get().context == "Theirs."


def test_line_ends_of_browsers_are_no_change(decision, mel):
    save(decision, mel, "One.\nTwo.")
    version = Decision.objects.get().version
    save(decision, mel, "One.\r\nTwo.", base="One.\r\nTwo.")
    assert Decision.objects.get().version == version


def test_a_draft_is_kept_apart_and_goes_when_it_is_saved(decision, mel):
    for text in ("Ord", "Orders get"):
        services.keep_draft(decision, by=mel, section="context", base="", text=text)
    assert SectionDraft.objects.get().text == "Orders get"
    assert Decision.objects.get().context == ""
    save(decision, mel, "Orders get lost.")
    assert not SectionDraft.objects.exists()


def test_a_draft_is_thrown_away_by_whoever_wrote_it_alone(decision, mel, ada):
    services.keep_draft(decision, by=mel, section="context", base="", text="x")
    services.drop_draft(decision, by=ada, section="context")
    assert SectionDraft.objects.exists()
    services.drop_draft(decision, by=mel, section="context")
    assert not SectionDraft.objects.exists()


def test_a_frozen_section_takes_no_draft_and_no_text(accepted, mel):
    for write in (
        lambda: services.keep_draft(accepted, by=mel, section="context", base="", text="x"),
        lambda: save(accepted, mel, "x"),
    ):
        with pytest.raises(ValidationError, match="its text is frozen"):
            write()


def test_an_unknown_section_is_named(decision, mel):
    with pytest.raises(ValidationError, match="Name one of: context"):
        save(decision, mel, "x", section="title")
    with pytest.raises(ValidationError, match="Name one of: context"):
        services.keep_draft(decision, by=mel, section="key", base="", text="x")
