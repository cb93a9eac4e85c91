"""Files of any content, with hand edits between them: rows or sentences, never an error of ours."""

import datetime
import tempfile
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from roadmaps import import_services, services
from roadmaps.forecasting.graph import find_loop
from roadmaps.importing import Options, Unreadable
from roadmaps.models import Item, ItemLink
from tpm.models import Change

HEADER = (
    "Issue key,Issue id,Summary,Status,Assignee,Created,Resolved,Due date,Original estimate,"
    "Time Spent,Custom field (Start date),Custom field (Actual start),Parent key,Parent,"
    "Outward issue link (Blocks),Labels"
)
DAYS = st.sampled_from(
    ["", "", "1/Mar/25", "20/Mar/25 9:00 AM", "3/Jan/71", "1/Jan/99", "31/Feb/25", "3/4/2025"]
)
KEYS = st.sampled_from(["", "A-1", "A-2", "A-3", "A-9", "1001", "x"])
ROW = st.tuples(
    st.sampled_from(["A-1", "A-2", "A-3", ""]),
    st.sampled_from(["1001", "1002", "1003", ""]),
    st.text(max_size=8) | st.sampled_from(["One", "=cmd()", "x" * 400]),
    st.sampled_from(["To Do", "In Progress", "Done", "Backlog", "Won't Do", "Odd", ""]),
    st.sampled_from(["", "Bo", "bo@example.org", "Bo <bo@example.org>", "y" * 300]),
    DAYS,
    DAYS,
    DAYS,
    st.sampled_from(["", "28800", "0", "-5", "1e9", "99999999999999", "many"]),
    st.sampled_from(["", "28800", "0", "99999999999999"]),
    DAYS,
    DAYS,
    KEYS,
    KEYS,
    KEYS,
    st.text(max_size=4),
)
FILE = st.lists(ROW, min_size=1, max_size=4)
EDITS = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from(["title", "done", "start", "pin", "unlink", "parent", "undo", "idea"]),
    ),
    max_size=4,
)


def quoted(cell):
    return '"' + cell.replace('"', '""') + '"'


def bring(product, ada, rows):
    lines = [HEADER, *(",".join(map(quoted, row)) for row in rows)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_text("\n".join(lines), encoding="utf-8", errors="replace", newline="")
        given_ = {"by": ada, "options": Options(day_first=True)}
        try:
            seen = import_services.preview_file(product, path, **given_)[1].report
            done = import_services.import_file(product, path, **given_)
        except Unreadable:
            return None
    batch = done.pop("batch")
    assert done == seen
    return batch


def change_by_hand(product, ada, which, what, batch):
    items = list(Item.objects.filter(product=product).order_by("pk"))
    if what == "undo" and batch:
        undo = import_services.background.Undo(product, batch, by=ada, progress=lambda done: None)
        undo.run()
    if which >= len(items):
        return
    item = items[which]
    edits = {
        "title": {"title": "By hand"},
        "start": {"started_on": datetime.date(2025, 3, 10)},
        "pin": {"pinned": True, "not_before": item.not_before or datetime.date(2025, 5, 1)},
        "parent": {"parent": items[0]},
    }
    try:
        with transaction.atomic():
            if what in edits:
                services.edit_item(item, by=ada, version=None, **edits[what])
            elif what == "done":
                services.move_item(item, by=ada, state="done", on=datetime.date(2025, 3, 5))
            elif what == "idea":
                services.move_item(item, by=ada, state="idea")
            elif what == "unlink" and (link := ItemLink.objects.first()):
                services.unlink_items(link, by=ada)
    except ValidationError:
        pass


@pytest.mark.thorough
@pytest.mark.django_db
@settings(
    max_examples=60,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(first=FILE, edits=EDITS, second=FILE)
def test_any_two_files_with_any_edits_between_leave_a_sound_plan(
    product, ada, first, edits, second
):
    with transaction.atomic():
        batch = bring(product, ada, first)
        for which, what in edits:
            change_by_hand(product, ada, which, what, batch)
        bring(product, ada, second)
        before = list(Item.objects.order_by("pk").values())
        changes = Change.objects.count()
        bring(product, ada, second)
        assert list(Item.objects.order_by("pk").values()) == before
        assert Change.objects.count() == changes
        tree = dict(Item.objects.values_list("pk", "parent_id"))
        links = list(ItemLink.objects.values_list("predecessor_id", "successor_id"))
        assert find_loop(tree, links) is None
        transaction.set_rollback(True)
