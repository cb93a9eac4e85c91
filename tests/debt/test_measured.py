"""Scores that use what was measured from history."""

import datetime
import io

import pytest
from django.utils import timezone

from debt import inputs, queries, refresh, services
from debt.maths import overlap, scoring
from debt.maths.drag import lost_share
from debt.mining.touches import InScope
from debt.models import DebtScore, HistoryRun, Interest, MinedChange, TeamLedger
from debt.queries import histories as queries_history
from tpm import formats
from tpm.models import Component, TeamShare


@pytest.fixture
def mined(product):
    """A year of changes: a.py every week, b.py with it every other week."""
    return read(product, [(7 * n + 1, ["pay/a.py"] + ["pay/b.py"] * (n % 2)) for n in range(24)])


def read(product, changes, name="pay"):
    lines = []
    for number, (days, paths) in enumerate(changes):
        day = timezone.localdate() - datetime.timedelta(days=days)
        lines += [f"[{number:07x}] Ann {day} x", *(f"1\t1\t{path}" for path in paths), ""]
    file = io.BytesIO("\n".join(lines).encode())
    return services.read_log(product, file, by=None, repository=name)


def scored(item):
    refresh.refresh_scores(item.team_id)
    item.refresh_from_db()
    return item.latest_score


def test_a_score_uses_the_changes_that_history_knows(make_debt, mined):
    item = make_debt(slow_down="a third", paths=["pay/a.py"])
    assert len(item.latest_score.inputs["change_ages_days"]) == 24
    assert item.latest_score.inputs["share_in_scope"] == pytest.approx(0.75)
    assert item.latest_score.inputs["sources"]["burden"] == "measured and declared"


def test_measured_interest_needs_no_declaration(make_debt, mined):
    item = make_debt(slow_down="a third", paths=["pay/a.py"], interest=None)
    assert item.latest_score.missing == ""
    assert item.latest_score.inputs["sources"]["burden"] == "measured"
    assert item.latest_score.interest_days > 0


def test_files_that_history_does_not_know_stay_declared(make_debt, mined):
    item = make_debt(slow_down="a third", paths=["elsewhere/x.py"])
    assert item.latest_score.inputs["change_ages_days"] is None
    assert item.latest_score.inputs["sources"]["burden"] == "declared"


def test_without_a_slow_down_the_declaration_stands(make_debt, mined):
    item = make_debt(paths=["pay/a.py"])
    plain = make_debt(title="Another thing entirely")
    assert item.latest_score.interest_days == plain.latest_score.interest_days
    assert item.latest_score.inputs["sources"]["touches"] == "measured"


def test_the_scope_is_the_component_where_no_file_is_named(make_debt, product, team, mined):
    component = Component.objects.create(
        key="pay", name="Pay", owner_team=team, path_prefixes=["pay/"]
    )
    component.products.add(product)
    item = make_debt(slow_down="a third", component=component)
    assert item.latest_score.inputs["share_in_scope"] == 1


def test_a_component_of_another_repository_is_not_touched(make_debt, product, team, mined):
    component = Component.objects.create(
        key="pay", name="Pay", owner_team=team, path_prefixes=["pay/"], repository="elsewhere"
    )
    component.products.add(product)
    item = make_debt(slow_down="a third", component=component)
    assert item.latest_score.inputs["change_ages_days"] is None


def test_files_that_history_does_not_know_are_not_the_whole_component(make_debt, owned, mined):
    item = make_debt(slow_down="a third", component=owned, paths=["pay/gone.py"])
    assert item.latest_score.inputs["change_ages_days"] is None


def test_the_repository_counts_that_knows_the_files(make_debt, product, owned, mined):
    read(product, [(n, ["pay/a.py", "pay/new.py"]) for n in range(3)], name="later")
    item = make_debt(slow_down="a third", component=owned, paths=["pay/a.py", "pay/new.py"])
    assert len(item.latest_score.inputs["change_ages_days"]) == 3


def test_a_file_nobody_touched_costs_nothing(make_debt, product):
    read(product, [(300, ["old.py"]), (1, ["new.py"])])
    item = make_debt(slow_down="much", paths=["old.py"], interest=None)
    assert item.latest_score.interest_days == 0
    assert item.latest_score.verdict == "frozen"


def test_another_products_history_is_not_used(make_debt, other_product):
    read(other_product, [(1, ["pay/a.py"])])
    item = make_debt(slow_down="a third", paths=["pay/a.py"])
    assert item.latest_score.inputs["change_ages_days"] is None


def test_the_same_history_makes_no_new_snapshot(make_debt, mined):
    item = make_debt(slow_down="a third", paths=["pay/a.py"])
    scored(item)
    assert DebtScore.objects.filter(item=item).count() == 1


def test_an_undone_reading_takes_its_measure_along(make_debt, mined, ada):
    item = make_debt(slow_down="a third", paths=["pay/a.py"])
    services.undo_run(mined, by=ada)
    assert queries.due_ledgers().exists()
    assert scored(item).inputs["change_ages_days"] is None


def test_what_is_not_looked_at_any_more_ages_by_the_week(make_debt, mined):
    item = make_debt(slow_down="a third", paths=["pay/a.py"])
    newest = item.latest_score.inputs["change_ages_days"][0]
    HistoryRun.objects.update(looked_at=timezone.now() + datetime.timedelta(days=21))
    assert scored(item).inputs["change_ages_days"][0] >= newest + 14


def test_two_items_on_the_same_files_lose_an_hour_once(make_debt, mined, team):
    first = make_debt(slow_down="much", paths=["pay/a.py"], interest=None)
    alone = TeamLedger.objects.get(team=team).drag_mean
    second = make_debt(title="Other one", slow_down="much", paths=["pay/a.py"], interest=None)
    ledger = TeamLedger.objects.get(team=team)
    assert alone < ledger.drag_mean < 2 * alone
    shares = [ledger.shares[str(item.pk)] for item in (first, second)]
    assert sum(after for after, _, _ in shares) == pytest.approx(ledger.drag_mean)
    assert [before for _, before, _ in shares] == pytest.approx([alone, alone])


def test_two_products_on_one_repository_lose_an_hour_once(
    make_debt, mined, owned, other_product, team
):
    changes = [(7 * n + 1, ["pay/a.py"] + ["pay/b.py"] * (n % 2)) for n in range(24)]
    read(other_product, changes)
    owned.products.add(other_product)
    today = timezone.localdate()
    TeamShare.objects.create(team=team, product=other_product, share=0.5, starts_on=today)
    make_debt(slow_down="much", paths=["pay/a.py"], interest=None)
    make_debt(other_product, slow_down="much", paths=["pay/a.py"], interest=None)
    shares = TeamLedger.objects.get(team=team).shares.values()
    assert len(shares) == 2
    assert sum(after for after, _, _ in shares) < 0.9 * sum(before for _, before, _ in shares)


def test_measuring_takes_a_constant_number_of_queries(
    make_debt, mined, team, django_assert_max_num_queries
):
    for number in range(12):
        make_debt(title=f"Thing {number}", slow_down="much", paths=["pay/a.py"], scored=False)
    with django_assert_max_num_queries(30):
        refresh.refresh_scores(team.pk)


def test_overlap_is_the_product_of_what_is_left():
    # debt.md 2.6: three items of .236, .2 and .3 on one change lose .572, not .736
    lost = {"a": 0.236, "b": 0.2, "c": 0.3}
    items = {key: overlap.Touching([("change", 0.0, 1.0)], share) for key, share in lost.items()}
    kept = overlap.kept_shares(items, half_life=90)
    total = sum(kept[key] * lost[key] for key in lost)
    assert total == pytest.approx(lost_share(list(lost.values())))
    assert total == pytest.approx(0.572, abs=5e-4)


def test_items_that_share_no_change_keep_all():
    items = {
        "a": overlap.Touching([(1, 0.0, 0.5)], 0.3),
        "b": overlap.Touching([(2, 9.0, 1.0)], 0.3),
        "c": overlap.Touching([], 0.3),
    }
    assert overlap.kept_shares(items, half_life=90) == pytest.approx({"a": 1.0, "b": 1.0})


def test_the_share_of_nothing_is_whole():
    assert InScope((), (), ()).share == 1.0


def test_declarations_fade_against_what_is_measured(make_debt, mined):
    item = make_debt(slow_down="a third", paths=["pay/a.py"])
    told = queries_history.stories([item.product_id], days=180)
    (touches,) = queries_history.touches_of([item], model(), told=told).values()
    said = Interest(at=timezone.now() - datetime.timedelta(days=360))
    assert inputs.age_of(said, touches) >= 350
    assert inputs.age_of(said, None) == 0


def model():
    return queries.current_model().parameters


def test_the_page_says_how_often_the_files_are_touched(make_debt, mined, mel, client_of):
    item = make_debt(slow_down="a third", paths=["pay/a.py"])
    page = client_of(mel).get(item.get_absolute_url()).content.decode()
    assert "24 changes in 180 days" in page


def test_the_inputs_name_what_was_measured(make_debt, mined, mel, client_of):
    item = make_debt(slow_down="a third", paths=["pay/a.py"])
    page = client_of(mel).get(f"{item.get_absolute_url()}inputs/").content.decode()
    assert "Changes in 180 days" in page
    assert "Weight of what is measured" in page


@pytest.fixture
def owned(product, team):
    row = Component.objects.create(key="p", name="P", owner_team=team, path_prefixes=["pay/"])
    row.products.add(product)
    return row


def test_a_change_takes_the_teams_time_on_code_over_its_changes(make_debt, mined, owned, team):
    team.focus_share = 0.3
    team.save()
    item = make_debt(slow_down="a third", paths=["pay/a.py"])
    kept = item.latest_score.inputs
    rate = scoring.interest_of(scoring.inputs_from(kept), model()).touch_rate
    assert kept["time_per_change"] == pytest.approx(kept["capacity"] * 0.6 / rate, rel=0.06)


def test_few_changes_leave_the_time_at_the_default(make_debt, product, owned):
    read(product, [(n, ["pay/a.py"]) for n in range(19)])
    item = make_debt(slow_down="a third", paths=["pay/a.py"])
    assert item.latest_score.inputs["time_per_change"] is None


def test_changes_of_other_teams_do_not_count(make_debt, mined, owned, make_team):
    owned.owner_team = make_team()
    owned.save()
    item = make_debt(slow_down="a third", paths=["pay/a.py"])
    assert item.latest_score.inputs["time_per_change"] is None


def test_a_repository_of_two_products_counts_once(make_debt, mined, owned, other_product, team):
    alone = make_debt(slow_down="a third", paths=["pay/a.py"]).latest_score
    changes = [(7 * n + 1, ["pay/a.py"] + ["pay/b.py"] * (n % 2)) for n in range(24)]
    read(other_product, changes)
    owned.products.add(other_product)
    TeamShare.objects.create(team=team, product=other_product, share=0.5, starts_on=alone.at.date())
    again = make_debt(title="Another one", slow_down="a third", paths=["pay/a.py"]).latest_score
    assert again.inputs["time_per_change"] == alone.inputs["time_per_change"]


def test_the_time_of_a_change_stays_inside_what_can_be(make_debt, product, owned):
    read(product, [(n // 40, [f"pay/{n}.py"]) for n in range(6000)])
    item = make_debt(slow_down="a third", paths=["pay/7.py"])
    assert item.latest_score.inputs["time_per_change"] == 0.05


def aged(run, days):
    """The reading, and its changes, as if all of it were so much older."""
    back = datetime.timedelta(days=days)
    for change in MinedChange.objects.filter(run=run):
        MinedChange.objects.filter(pk=change.pk).update(at=change.at - back)
    HistoryRun.objects.filter(pk=run.pk).update(looked_at=run.looked_at - back)


@pytest.mark.parametrize(("days", "changes", "stale"), [(20, 24, False), (60, 18, True)])
def test_ages_count_from_today_once_the_reading_is_stale(
    make_debt, mined, mel, client_of, days, changes, stale
):
    aged(mined, days)
    item = make_debt(slow_down="a third", paths=["pay/a.py"])
    ages = item.latest_score.inputs["change_ages_days"]
    assert len(ages) == pytest.approx(changes, abs=1)
    assert (min(ages) > 50) is stale
    for url in (item.get_absolute_url(), f"{item.get_absolute_url()}inputs/"):
        page = client_of(mel).get(url).content.decode()
        day = formats.day(timezone.localdate() - datetime.timedelta(days=days), year=True)
        assert f"read {day}" in page
        assert ("stale, read the code again" in page) is stale


def test_a_reading_from_before_the_window_is_unknown_and_not_untouched(
    make_debt, mined, mel, client_of
):
    aged(mined, 300)
    item = make_debt(slow_down="a third", paths=["pay/a.py"])
    assert item.latest_score.inputs["change_ages_days"] is None
    assert item.latest_score.interest_days == pytest.approx(2.3)
    page = client_of(mel).get(item.get_absolute_url()).content.decode()
    assert "stale, read the code again" in page
    bare = make_debt(title="No price", slow_down="a third", paths=["pay/a.py"], interest=None)
    assert bare.latest_score.missing == "interest"
