"""One commit under its whole id and under abbreviations of it."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from debt.mining.ids import Ids, is_same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("abcdef1", "abcdef1234567890", True),
        ("abcdef1234567890", "abcdef1", True),
        ("abcdef1", "abcdef2", False),
        ("abc", "abcdef1", False),  # shorter than git writes
        ("CASE-1", "CASE-12", False),  # no ids of commits
        ("CASE-1", "CASE-1", True),
        ("", "", True),
        ("", "abcdef1", False),
    ],
)
def test_ids_of_one_commit(one, other, same):
    assert is_same(one, other) is same


def test_what_is_known_keeps_its_first_name():
    ids = Ids(["abcdef1"])
    assert ids.add("abcdef1234567890") == "abcdef1"
    assert ids.add("abcd000") == "abcd000"
    assert "abcdef1234" in ids
    assert "abcd111" not in ids


def one_by_one(ids):
    """The same, each compared with all that are known."""
    known = []
    for id_ in ids:
        first = next((other for other in known if is_same(id_, other)), None)
        if first is None:
            known.append(id_)
        yield first or id_


@given(st.lists(st.text("ab0-", max_size=9), max_size=30))
def test_each_id_is_known_as_if_it_were_compared_with_all(given_ids):
    ids = Ids()
    assert [ids.add(id_) for id_ in given_ids] == list(one_by_one(given_ids))


def test_very_many_ids_with_one_beginning_are_known_quickly():
    draw = random.Random(1)
    whole = [f"abcd{draw.getrandbits(144):036x}" for _ in range(20_000)]
    since = time.process_time()
    ids = Ids(whole)
    assert [ids.add(id_[:20]) for id_ in whole] == whole
    assert [Ids(whole[:1]).add(whole[0][:7])] == whole[:1]
    assert time.process_time() - since < 2  # 0.1 s on an idle machine; once a minute and more
