"""What all debt costs has a range that is cut where its mean is."""

import pytest
from django.utils import timezone

from debt import queries, refresh, register
from debt.maths import drag
from debt.maths.ranges import Range
from debt.models import TeamLedger
from debt.pages import row_groups
from debt.pages import summary as summary_page

pytestmark = pytest.mark.django_db


def totals_of(product):
    return register.summary(product, timezone.localdate())


def test_a_capped_total_has_a_capped_range(product, team, make_debt, api, vic):
    make_debt(interest=Range(450, 900, 1800), scored=False)
    refresh.refresh_scores(team.pk)
    ledger = TeamLedger.objects.get(team=team)
    assert ledger.capped
    most = ledger.capacity_days * 0.89
    found = totals_of(product)
    assert found.interest == pytest.approx(most)
    assert found.interest_p10 <= found.interest <= found.interest_p90 <= most * 1.0001
    told = api(vic).get("/api/v1/debt-totals/PAY/").json()
    assert (told["interest_p10"], told["interest_p90"]) == (found.interest_p10, found.interest_p90)


def test_the_range_of_a_total_is_that_of_the_drag(product, team, make_debt):
    make_debt(), make_debt(title="Other")
    ledger = TeamLedger.objects.get(team=team)
    found = totals_of(product)
    assert found.interest_p10 == pytest.approx(ledger.drag_p10 * ledger.capacity_days)
    assert found.interest_p90 == pytest.approx(ledger.drag_p90 * ledger.capacity_days)
    said = summary_page.between(found.interest_p10, found.interest_p90)
    strip = summary_page.strip(found, queries.current_model().parameters)
    assert strip.interest_note.startswith(said)


def test_ranges_of_teams_are_added_by_their_widths():
    assert drag.together([(7, 10, 14), (6, 10, 13)]) == (15, 25)
    assert drag.together([(1, 1, 1)]) == (1, 1)
    assert drag.together([]) == (0, 0)


def test_the_scale_of_long_numbers_begins_with_a_plain_nothing():
    drawn = row_groups.scale_html(1803)
    assert [word in drawn for word in (">0<", ">601<", ">1.2k<")] == [True, True, True]
    assert drawn.count("t-3 long") == 2
    assert "long" not in row_groups.scale_html(6)
