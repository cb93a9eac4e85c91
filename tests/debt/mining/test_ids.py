"""One commit under its whole id and under abbreviations of it."""

import pytest

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
