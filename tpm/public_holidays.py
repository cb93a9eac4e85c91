"""Public holidays of countries and their parts, from the `holidays` package.

It is loaded where days are asked for, not with the web process.
"""

import datetime
import re
from collections.abc import Iterable

SATURDAY = 5


def countries() -> list[tuple[str, str]]:
    """(code, English name) of every country that is known, by name."""
    from holidays.registry import COUNTRIES

    def name(words: str) -> str:
        return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", words)

    found = [(codes[1], name(codes[0])) for codes in COUNTRIES.values()]
    return sorted(found, key=lambda each: each[1])


def parts_of(country: str) -> list[str]:
    """Codes of the states, provinces or cantons that have days of their own."""
    import holidays

    return list(holidays.list_supported_countries().get(country, []))


def days_off(country: str, part: str, years: Iterable[int]) -> list[tuple[datetime.date, str]]:
    """Public holidays that fall on a Monday to Friday, with their names, in order.

    part:   code of a state, province or canton; empty for the whole country
    raises: ValueError with a sentence when the country or its part is not known
    """
    import holidays

    known = parts_of(country)
    if country not in holidays.list_supported_countries():
        raise ValueError(f"No holidays are known of {country}.")
    if part and part not in known:
        some = ", ".join(known[:40]) or "none"
        raise ValueError(f"{country} has no part {part}. Known parts: {some}.")
    found = holidays.country_holidays(
        country, subdiv=part or None, years=list(years), language="en_US"
    )
    return [(day, name) for day, name in sorted(found.items()) if day.weekday() < SATURDAY]
