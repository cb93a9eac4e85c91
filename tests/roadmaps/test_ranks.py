"""The order of a plan stays, however often something is put between the same two items."""

import pytest

from roadmaps import services
from roadmaps.models import Item
from roadmaps.services import ranks
from roadmaps.services.ranks import LARGEST, Scale, next_rank, renumber
from roadmaps.services.scenarios import conflicts_of
from tpm import operations
from tpm.models import Operation

pytestmark = pytest.mark.django_db


def order(product) -> list[int]:
    return list(
        Item.objects.filter(product=product).order_by("rank", "pk").values_list("pk", flat=True)
    )


def fresh(item: Item) -> Item:
    return Item.objects.get(pk=item.pk)


@pytest.mark.thorough
def test_a_hundred_items_fit_between_the_same_two(product, ada, make_item):
    first, second = make_item(), make_item()
    one, other = make_item(), make_item()
    for _ in range(100):
        services.rank_item(fresh(one), by=ada, before=fresh(second))
        services.rank_item(fresh(other), by=ada, before=fresh(one))
        assert order(product) == [first.pk, other.pk, one.pk, second.pk]
        services.rank_item(fresh(one), by=ada, before=fresh(other))
        assert order(product) == [first.pk, one.pk, other.pk, second.pk]


def test_without_room_the_order_is_counted_anew(product, ada, make_item):
    first, second, third = (make_item(rank=rank) for rank in (1, 1 + 1e-9, 2))
    services.rank_item(third, by=ada, before=second)
    assert order(product) == [first.pk, third.pk, second.pk]
    assert (fresh(first).rank, fresh(second).rank) == (1, 2)


def test_twins_are_told_apart_before_something_comes_between(product, ada, make_item):
    first, second, third = (make_item(rank=5) for _ in range(3))
    services.rank_item(third, by=ada, before=second)
    assert order(product) == [first.pk, third.pk, second.pk]


def test_ranks_that_grew_too_large_are_counted_from_one_again(product, ada, make_item):
    first, second = make_item(rank=3), make_item(rank=LARGEST)
    services.rank_item(first, by=ada, before=None)
    assert order(product) == [second.pk, first.pk]
    assert fresh(first).rank < 10
    Item.objects.filter(pk=second.pk).update(rank=LARGEST * 2)
    assert make_item().rank < 10


def test_an_undo_from_before_still_finds_its_place(product, ada, make_item):
    first, second, third = make_item(), make_item(), make_item()
    with operations.recorded(product, by=ada, words="Ranked") as done:
        services.rank_item(third, by=ada, before=second)
    Item.objects.filter(pk=first.pk).update(rank=-40)
    renumber(product, by=ada)
    operations.undo(done.operation, by=ada)
    assert order(product) == [first.pk, second.pk, third.pk]
    operations.redo(Operation.objects.get(), by=ada)
    assert order(product) == [first.pk, third.pk, second.pk]


def test_two_moves_of_one_operation_are_undone_although_the_second_made_room(
    product, ada, make_item
):
    first, second, third, last = (make_item(rank=rank) for rank in (1, 1 + 1e-9, 2, 3))
    with operations.recorded(product, by=ada, words="Both") as done:
        services.rank_item(last, by=ada, before=third)
        services.rank_item(third, by=ada, before=second)
    operations.undo(done.operation, by=ada)
    assert order(product) == [first.pk, second.pk, third.pk, last.pk]


def test_a_scenario_sees_no_conflict_in_new_numbers(product, ada, make_item):
    first, second = make_item(rank=-7), make_item(rank=12)
    scenario = services.create_scenario(product, by=ada, name="Second first")
    services.add_change(
        scenario, by=ada, asked={"do": "rank", "item": second.key, "before": first.key}
    )
    renumber(product, by=ada)
    assert conflicts_of(scenario) == set()


def test_numbers_in_between_stay_in_between():
    scale = Scale([1.0, 2.0, 2.0, 8.0], [1.0, 2.0, 3.0, 4.0])
    values = [scale.of(value) for value in (-5, 1, 1.5, 2, 5, 8, 99)]
    assert values == sorted(values)
    assert scale.of(5) == 3.5
    assert Scale([], []).of(7) == 7


def test_a_renumbered_plan_keeps_its_next_end(product, ada, make_item):
    make_item(rank=50)
    renumber(product, by=ada)
    assert next_rank(product) == 2
    assert ranks.LARGEST > 1
