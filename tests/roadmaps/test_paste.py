"""Items from lines of text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadmaps import outline, services
from roadmaps.models import Item, ItemLink
from roadmaps.services.outlines import drafts_of
from tpm import operations
from tpm.models import Operation

PASTE = "/p/PAY/items/paste/"


@given(st.text(max_size=300))
def test_any_text_is_read(text):
    lines = outline.parse(text)
    assert all(line.parent is None or line.parent < index for index, line in enumerate(lines))


@given(st.lists(st.sampled_from(["!", "#", ">", "@", "^", '"', "\t", " ", "\n", "3..5", "ab"])))
def test_any_mixture_of_marks_is_read(parts):
    outline.parse("".join(parts))


def test_a_line_says_everything_of_an_item():
    (line,) = outline.parse('Refunds !3..5..10 #pay >PAY-1 >"Event log" @"two words" ^bet')
    assert (line.title, line.estimate, line.team) == ("Refunds", "3..5..10", "pay")
    assert (line.waits, line.objective, line.kind) == (("PAY-1", "Event log"), "two words", "bet")


def test_indentation_is_part_of():
    lines = outline.parse("A\n  B\n    C\n  D\nE\n\tF")
    assert [line.parent for line in lines] == [None, 0, 1, 0, None, 4]


def test_bullets_are_no_part_of_a_title():
    lines = outline.parse("- A\n  * [ ] B\n1. C")
    assert [line.title for line in lines] == ["A", "B", "C"]


def test_a_mark_inside_a_word_is_text():
    (line,) = outline.parse("C# > 5 a@b x^2 Ship it!")
    assert line.title == "C# > 5 a@b x^2 Ship it!"


def problems(product, ada, text):
    return [draft.problems for draft in drafts_of(product, text, by=ada)]


def test_each_problem_stands_at_its_line(product, ada, team):
    found = problems(product, ada, "A #rails\nB #nobody\nC !9..5..1\n#rails\nD ^x\nE >ZZZ-1")
    assert found[0] == []
    assert found[1] == ["There is no team “nobody”. There is rails."]
    assert found[3] == ["“#rails” has no title."]
    assert "There is no kind “x”" in found[4][0]
    assert "neither the key of an item" in found[5][0]


def test_a_range_out_of_order_is_told_at_its_line(product, ada):
    assert problems(product, ada, "A\nB !9..5..1") == [[], ["Order the range: low, likely, high."]]


def test_a_circle_is_told_at_its_line(product, ada):
    found = problems(product, ada, "A >B\nB >A")
    assert found[0] == []
    assert "That would be a circle" in found[1][0]


def test_a_preview_makes_nothing(client_of, ada, product):
    page = client_of(ada).post(PASTE, {"text": "A\n  B !1..2..4"}).content.decode()
    assert "2 items would be made." in page
    assert not Item.objects.exists()


def test_all_lines_are_made_as_one_operation(client_of, ada, product, team, make_item):
    first = make_item()
    objective = services.create_objective(product, by=ada, title="Instant payouts")
    text = f'A\n  B !1..2..4 #rails @"Instant payouts"\n  C >B >{first.key.lower()}'
    client_of(ada).post(PASTE, {"text": text, "step": "make"})
    a, b, c = Item.objects.filter(title__in="ABC").order_by("rank")
    assert (b.parent, c.parent, b.team, b.objective) == (a, a, team, objective)
    assert b.estimates.get().p50_days == 2
    waited = ItemLink.objects.filter(successor=c).order_by("predecessor")
    assert [link.predecessor for link in waited] == [first, b]
    operations.undo(Operation.objects.get(), by=ada)
    assert set(Item.objects.filter(title__in="ABC").values_list("state", flat=True)) == {"dropped"}


def test_nothing_is_made_or_lost_where_one_line_is_wrong(client_of, ada, product):
    answer = client_of(ada).post(PASTE, {"text": "A\nB #nobody", "step": "make"})
    assert answer.status_code == 422
    assert "A\nB #nobody</textarea>" in answer.content.decode()
    assert not Item.objects.exists()


def test_the_quick_line_knows_the_same_words(client_of, ada, product, team):
    client_of(ada).post("/p/PAY/items/add/", {"line": "Refunds #rails ^bet !3"})
    item = Item.objects.get()
    assert (item.title, item.team, item.kind) == ("Refunds", team, "bet")


def test_the_quick_line_says_what_it_does_not_know(client_of, ada, product):
    answer = client_of(ada).post("/p/PAY/items/add/", {"line": "Refunds #nobody"})
    assert answer.status_code == 422
    assert "There is no team “nobody”" in answer.content.decode()


def test_what_was_typed_in_the_quick_line_goes_along(client_of, ada, product):
    page = client_of(ada).post(PASTE, {"line": "Refunds"}).content.decode()
    assert ">Refunds</textarea>" in page


@pytest.mark.parametrize("text", ["", "  \n "])
def test_nothing_makes_nothing(client_of, ada, product, text):
    assert client_of(ada).post(PASTE, {"text": text, "step": "make"}).status_code == 200
