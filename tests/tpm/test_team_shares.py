import datetime

from roadmaps import services as plan
from tpm import services
from tpm.models import TeamShare

TODAY = datetime.date.today()
YESTERDAY = TODAY - datetime.timedelta(days=1)


def test_a_share_that_is_taken_away_ends_and_keeps_its_past(team, product, lena):
    row = TeamShare.objects.get()
    services.end_team_share(row, by=lena)
    row.refresh_from_db()
    assert (row.starts_on, row.ends_on) == (datetime.date(2020, 1, 1), YESTERDAY)


def test_a_share_taken_away_frees_the_team_for_another_product(team, other_product, lena):
    services.end_team_share(TeamShare.objects.get(), by=lena)
    services.share_team(team, other_product, by=lena, share=1.0, starts_on=TODAY)
    assert team.shares.count() == 2


def test_a_share_of_which_no_day_has_passed_is_removed(make_team, product, lena):
    team = make_team()
    row = services.share_team(team, product, by=lena, share=0.5, starts_on=TODAY)
    services.end_team_share(row, by=lena)
    assert not team.shares.exists()


def test_a_share_that_ended_before_is_left_as_it_is(team, product, lena, client_of):
    last = TODAY - datetime.timedelta(days=30)
    TeamShare.objects.update(ends_on=last)
    services.end_team_share(TeamShare.objects.get(), by=lena)
    assert TeamShare.objects.get().ends_on == last
    page = client_of(lena).get(f"/p/{product.key}/settings/").text
    assert "Take away" not in page


def test_a_share_that_goes_on_can_be_taken_away(team, product, lena, client_of):
    page = client_of(lena).get(f"/p/{product.key}/settings/").text
    assert "Take away" in page


def test_the_plan_is_still_forecast_and_work_of_the_team_that_left_has_no_date(
    team, product, make_item, lena
):
    kept, left = make_item(), make_item(team=team)
    services.end_team_share(TeamShare.objects.get(), by=lena)
    plan.refresh_forecast(product.pk, trials=100)
    assert kept.forecasts.get().p50 is not None
    assert left.forecasts.get().p50 is None
