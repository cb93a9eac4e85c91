import datetime

import pytest

from roadmaps import verdict

TARGET = datetime.date(2027, 2, 26)


def day(shift: int) -> datetime.date:
    return TARGET + datetime.timedelta(days=shift)


def judged(chance, p50=-20, p85=-5):
    return verdict.verdict(TARGET, p50=day(p50), p85=day(p85), chance=chance)


@pytest.mark.parametrize(
    ("chance", "state"),
    [
        (1.0, "on_track"),
        (0.85, "on_track"),
        (0.84, "at_risk"),
        (0.5, "at_risk"),
        (0.49, "off_track"),
    ],
)
def test_a_target_is_kept_from_85_percent_and_at_risk_from_50(chance, state):
    assert judged(chance).state == state


def test_a_kept_target_tells_the_days_to_spare():
    assert judged(0.9).words == "5 d spare at P85"


def test_a_missed_target_tells_by_how_much():
    assert judged(0.12, p50=9).words == "12 %, P50 9 d late"


def test_without_a_chance_the_dates_decide():
    assert judged(None, p50=-3, p85=4).words == "P85 4 d late"
    assert judged(None, p50=-3, p85=4).state == "at_risk"


def test_without_a_target_there_is_nothing_to_judge():
    assert verdict.verdict(None, p50=TARGET, p85=TARGET, chance=None) is None


def test_a_chance_below_a_threshold_is_not_rounded_up_to_it():
    assert verdict.chance_text(0.8463) == "84.6 %"
    assert verdict.chance_text(0.4999) == "49.9 %"
    assert verdict.chance_text(0.85) == "85 %"


def test_finished_work_has_kept_its_target_or_not():
    assert verdict.finished(TARGET, day(0)).words == "target kept"
    assert verdict.finished(TARGET, day(3)).words == "3 d late"


def test_the_icon_stands_beside_words_that_are_escaped():
    html = verdict.Verdict("at_risk", "bang", "warn", "<b>", "").html()
    assert "&lt;b&gt;" in html
