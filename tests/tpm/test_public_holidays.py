"""Public holidays are days off of a team, once each."""

import datetime

import pytest
from django.urls import reverse

from tpm import services
from tpm.models import Product
from tpm.public_holidays import countries, days_off, parts_of


def test_every_country_has_a_code_and_a_name_with_spaces():
    known = dict(countries())
    assert known["DE"] == "Germany"
    assert known["US"] == "United States"
    assert len(known) > 200


def test_days_of_a_part_and_none_on_a_weekend():
    berlin = days_off("DE", "BE", [2027])
    whole = days_off("DE", "", [2027])
    assert datetime.date(2027, 3, 8) in dict(berlin)
    assert datetime.date(2027, 3, 8) not in dict(whole)
    assert all(day.weekday() < 5 for day, _ in berlin)


def test_an_unknown_part_is_refused_with_those_that_are_known():
    assert "BE" in parts_of("DE")
    with pytest.raises(ValueError, match=r"DE has no part XX.*BE"):
        days_off("DE", "XX", [2027])
    with pytest.raises(ValueError, match="No holidays are known"):
        days_off("XX", "", [2027])


def test_a_team_gets_each_day_once_and_its_plans_are_due(team, lena, product):
    days = days_off("DE", "BE", [2027, 2028])
    before = Product.objects.get(pk=product.pk).revision
    assert services.add_public_holidays(team, by=lena, days=days) == len(days)
    assert services.add_public_holidays(team, by=lena, days=days) == 0
    assert team.calendar_entries.count() == len(days)
    assert Product.objects.get(pk=product.pk).revision > before


def test_the_form_adds_them(client_of, lena, team):
    url = reverse("tpm:holidays-add", args=[team.slug])
    values = {"country": "CH", "part": "ZH", "first_year": 2027, "last_year": 2027}
    page = client_of(lena).post(url, values, follow=True).content.decode()
    assert "days off were added" in page
    answer = client_of(lena).post(url, values | {"part": "NOPE"})
    assert answer.status_code == 422
    assert "CH has no part NOPE" in answer.content.decode()
