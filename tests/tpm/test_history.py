import pytest
from django.db import Error, connection, transaction
from django.utils import timezone

from tpm import append_only, history
from tpm.editing import EditConflict
from tpm.models import Change, Component, Product


@pytest.fixture
def change(product, ada):
    return history.record(product, by=ada, action="renamed", changes={"name": ("A", "B")})


def test_a_change_says_who_when_what_and_through_which_door(change, ada):
    assert (change.by, change.fields, change.door) == (ada, {"name": ["A", "B"]}, "command")


def test_a_change_inside_a_door_names_it(product, ada):
    with history.through(Change.Door.API):
        assert history.record(product, by=ada, action="x").door == "api"


def test_the_database_refuses_to_rewrite_history(change):
    with pytest.raises(Error, match="append-only"), transaction.atomic():
        Change.objects.filter(pk=change.pk).update(action="nothing happened")


def test_the_database_refuses_to_rewrite_history_in_raw_sql(change):
    with pytest.raises(Error, match="append-only"), transaction.atomic():
        connection.cursor().execute("UPDATE tpm_change SET action = 'nothing'")


def test_the_database_refuses_to_remove_history(change):
    with pytest.raises(Error, match="append-only"), transaction.atomic():
        change.delete()


def test_history_leaves_under_a_removal_permit(change):
    with transaction.atomic(), append_only.removal_allowed("test"):
        Change.objects.filter(pk=change.pk).delete()
    assert not Change.objects.exists()


def test_a_removal_permit_is_gone_after_its_block(change):
    with transaction.atomic(), append_only.removal_allowed("test"):
        pass
    with pytest.raises(Error, match="append-only"), transaction.atomic():
        change.delete()


def test_a_conflict_shows_related_rows_only_where_they_differ(product):
    component = Component.objects.create(key="pay", name="Payments")
    component.products.add(product)
    assert EditConflict(component, {"products": Product.objects.all()}).differences() == []


def test_lines_written_together_keep_their_order_and_their_moment(product, ada):
    before = timezone.now()
    with history.written_together():
        history.record(product, by=ada, action="one")
        history.write([history.line(product, by=ada, action="two")])
        history.record(product, by=ada, action="three")
        assert not Change.objects.filter(action="one").exists()
        between = timezone.now()
    rows = list(Change.objects.filter(action__in=["one", "two", "three"]).order_by("pk"))
    assert [row.action for row in rows] == ["one", "two", "three"]
    assert all(before <= row.at <= between for row in rows)


def test_nothing_is_written_where_it_fails_before_the_end(product, ada):
    def fail():
        with history.written_together():
            history.record(product, by=ada, action="one")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not Change.objects.filter(action="one").exists()
