import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradeoffs import wording

LINES = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "d\n"]), max_size=8).map("".join)


def test_words_that_went_and_came_are_told_apart_in_reading_order():
    pieces = wording.words("We keep the nightly sync.", "We keep the hourly sync!")
    assert [(piece.kind, piece.text) for piece in pieces] == [
        ("same", "We keep the "), ("gone", "nightly"), ("new", "hourly"), ("same", " sync"),
        ("gone", "."), ("new", "!"),
    ]  # fmt: skip


@given(old=st.text(max_size=80), new=st.text(max_size=80))
def test_both_texts_can_be_read_back_from_their_difference(old, new):
    pieces = wording.words(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "new") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "gone") == new


def test_changes_of_different_lines_are_merged():
    base = "one\ntwo\nthree\n"
    assert wording.merge(base, "ONE\ntwo\nthree\n", "one\ntwo\nTHREE\n") == "ONE\ntwo\nTHREE\n"


def test_the_same_change_twice_is_one_change():
    assert wording.merge("a\nb\n", "a\nB\nc\n", "a\nB\nc\n") == "a\nB\nc\n"


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [("one\nTWO\n", "one\n2\n"), ("one\n", "one\ntwo\nmore\n"), ("one\nx\ntwo\n", "one\ny\ntwo\n")],
)
def test_changes_of_the_same_lines_are_not_merged(mine, theirs):
    assert wording.merge("one\ntwo\n", mine, theirs) is None


@given(base=LINES, mine=LINES)
def test_a_side_that_changed_nothing_gives_way(base, mine):
    assert wording.merge(base, mine, base) == mine
    assert wording.merge(base, base, mine) == mine


@given(base=LINES, mine=LINES, theirs=LINES)
def test_a_merge_does_not_depend_on_who_comes_first(base, mine, theirs):
    assert wording.merge(base, mine, theirs) == wording.merge(base, theirs, mine)


@pytest.mark.parametrize(
    ("a", "b", "count"),
    [("", "abc", 3), ("kitten", "sitting", 3), ("teh", "the", 1), ("ca", "abc", 3), ("x", "x", 0)],
)
def test_slips_are_counted_as_optimal_string_alignment_has_them(a, b, count):
    assert wording.slips(a, b) == wording.slips(b, a) == count


@pytest.mark.parametrize(
    ("old", "new", "typo"),
    [
        ("Recieve the event.", "Receive the event.", True),
        ("It takes 30 ms.", "It takes 80 ms.", False),
        ("We keep it.", "We keep it, and we run a broker of our own beside it.", False),
        ("We will not store cards.", "We will store cards.", False),
        ("We will not store cards.", "We will now store cards.", False),
        ("We can\u2019t store cards.", "We can store cards.", False),
        ("PostgreSQL keeps it.", "MongoDB keeps it.", False),
        ("It is safe.", "It is unsafe.", False),
        ("It may wait.", "It must wait.", False),
        ("It costs 1.5 ms.", "It costs 15 ms.", False),
        ("It costs 1,5 ms.", "It costs 1.5 ms.", False),
        ("Losses < gains", "Losses > gains", False),
        ("Teh cheepest, mesured twice", "The cheapest; measured twice.", True),
        ("Bewteen two we keep a brokr.", "Between two we keep a broker.", True),
        ("We recieve it in teh datbase.", "We receive it in the database.", True),
    ],
)
def test_a_typo_changes_few_words_and_no_number(old, new, typo):
    assert wording.is_typo(old, new) is typo


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("increase", "decrease"), ("include", "exclude"), ("import", "export"),
        ("internal", "external"), ("accept", "except"), ("should", "would"), ("could", "would"),
        ("may", "must"), ("must", "most"), ("Monday", "Sunday"), ("Tuesday", "Thursday"),
        ("June", "July"), ("March", "May"), ("allow", "disallow"), ("enable", "disable"),
        ("before", "after"), ("min", "max"), ("minimum", "maximum"), ("then", "than"),
        ("million", "billion"), ("from", "form"), ("prescribe", "proscribe"), ("ms", "ns"),
    ],
)  # fmt: skip
def test_a_word_that_means_another_thing_is_no_misspelling(one, other):
    for old, new in ((one, other), (other, one)):
        assert not wording.is_typo(f"We {old} it.", f"We {new} it.")
