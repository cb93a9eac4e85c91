"""Makers of debt."""

import pytest

from debt import refresh, services
from debt.ranges import Range


@pytest.fixture
def make_debt(product, team, mel):
    """A debt item logged by Mel, with a team, two days a month and ten days to fix."""

    def make(in_product=None, *, scored=True, by=None, **fields):
        values = {
            "title": "Slow search", "team": team, "interest": Range(1, 2, 4),
            "principal_p10_days": 5, "principal_p50_days": 10, "principal_p90_days": 20,
        }  # fmt: skip
        item = services.log_debt_item(in_product or product, by=by or mel, **(values | fields))
        if scored and item.team_id:
            refresh.refresh_scores(item.team_id)
            item.refresh_from_db()
        return item

    return make
