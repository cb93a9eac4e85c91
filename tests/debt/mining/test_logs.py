"""Logs as text, in three formats."""

import io

import pytest

from debt.mining import logs
from debt.mining.stream import OWN_FORMAT, records
from tests.debt.mining.repositories import NOW, Made

BRACKETS = """[abc1234] Ann Lee 2026-03-02 Fix 2020-01-01 and [x] 2019-02-02
3\t1\tsrc/a.py
-\t-\tlogo.png

[abc1233] Bo 2026-03-01 Move
0\t0\tsrc/{old => new}/b.py
1\t0\t"na\\303\\257ve \\"x\\".py"
"""
DASHES = """--abc1234--2026-03-02--Ann Lee
3\t1\tsrc/a.py

--abc1233--2026-03-01--Bo
0\t0\told.py => new.py
"""


def read(text, **options):
    data = text if isinstance(text, bytes) else text.encode()
    return list(logs.read(io.BytesIO(data), **options))


def test_the_date_is_the_one_after_the_name():
    first = read(BRACKETS)[0]
    assert (str(first.day), first.author) == ("2026-03-02", "Ann Lee")
    assert first.message == "Fix 2020-01-01 and [x] 2019-02-02"


def test_binaries_have_no_lines():
    assert read(BRACKETS)[0].touches[1][2:] == (None, None)


def test_braces_tell_a_rename():
    assert read(BRACKETS)[1].touches[0][:2] == ("src/new/b.py", "src/old/b.py")


def test_renames_stay_as_they_are_written_where_asked():
    assert read(BRACKETS, resolve=False)[1].touches[0].path == "src/{old => new}/b.py"


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("{ => sub}/a.py", ("/a.py", "sub/a.py")),
        ("src/{sub => }/a.py", ("src/sub/a.py", "src/a.py")),
        ("a.py => b.py", ("a.py", "b.py")),
        ('"a\\303\\244.py" => b.py', ("aä.py", "b.py")),
        ("plain.py", (None, "plain.py")),
    ],
)
def test_names_of_renamed_files(said, names):
    assert logs.names_of(said) == names


def test_quoted_names_are_unquoted():
    assert read(BRACKETS)[1].touches[1].path == 'naïve "x".py'


def test_bytes_that_are_no_text_are_escaped():
    assert logs.unquoted('"caf\\351.py"') == "caf\\xe9.py"


def test_the_second_format():
    first, second = read(DASHES)
    assert (first.id, first.author, str(second.day)) == ("abc1234", "Ann Lee", "2026-03-01")


def test_a_byte_order_mark_and_windows_line_ends():
    assert len(read(b"\xef\xbb\xbf" + DASHES.replace("\n", "\r\n").encode())) == 2


def test_utf_16():
    assert len(read(DASHES.encode("utf-16"))) == 2


def test_an_empty_text_has_no_commit():
    assert read("") == read("\n\n") == []


@pytest.mark.parametrize("text", ["hello\n", '{"results": []}', "a,b\n1,2\n", "\x00\x01\x02"])
def test_what_is_no_log_is_refused(text):
    with pytest.raises(logs.Unreadable, match="no log of git"):
        read(text)


def test_the_oldest_first_is_turned_round():
    turned = "\n".join(DASHES.split("\n\n")[::-1]) + "\n"
    assert [commit.id for commit in read(turned)] == ["abc1234", "abc1233"]


def test_dates_at_the_ends_of_time():
    text = "--aaaa--1970-01-01--A\n1\t1\ta\n\n--bbbb--2106-02-07--A\n1\t1\ta\n"
    assert {str(commit.day) for commit in read(text)} == {"1970-01-01", "2106-02-07"}


def test_a_date_that_no_calendar_has_is_still_a_commit():
    assert len(read("--aaaa--2026-13-45--A\n1\t1\ta\n")) == 1
    assert len(read("--aaaa--292277026596-01-01--A\n1\t1\ta\n")) == 1


def test_our_own_format_gives_what_the_repository_gives(tmp_path):
    made = Made(tmp_path)
    tip = made.commit({"ä b.py": "1\n"}, "One\n\nDebt: PAY-D1 1h", at=NOW)
    text = made.git("log", "-z", "-M", "--numstat", f"--format={OWN_FORMAT}")
    (commit,) = read(text)
    assert (commit.id, commit.at, commit.author) == (tip, NOW, "Ann <ann@example.org>")
    assert commit.touches[0].path == "ä b.py"
    assert "Debt: PAY-D1 1h" in commit.message


def test_a_stream_in_small_pieces_gives_the_same():
    data = b"\0\0m one\0\0\0m two\0\0\0m three\0"
    pieces = [data[n : n + 3] for n in range(0, len(data), 3)]
    assert [record for record, _ in records(pieces, b"m")] == [b"one\0", b"two\0", b"three\0"]


def test_a_record_that_never_ends_is_cut():
    pieces = [b"\0\0m " + b"x" * 90, b"y" * 90, b"y" * 90, b"\0\0m z"]
    assert list(records(pieces, b"m", most=100)) == [(b"x" * 90 + b"y" * 10, True), (b"z", False)]


def test_nuls_in_names_are_taken_out():
    (commit,) = read("--aaaa--2026-01-01--A\n1\t1\ta\0b.py\n")
    assert commit.touches[0].path == "ab.py"


@pytest.mark.parametrize("count", ["9" * 30, "9" * 5000, "²"])
def test_a_count_that_no_file_has_is_no_count(count):
    (commit,) = read(f"--aaaa--2026-01-01--A\n{count}\t1\ta.py\n1\t1\tb.py\n")
    assert commit.touches[-1].path == "b.py"
    assert all(touch.added in (1, None) for touch in commit.touches)


@pytest.mark.parametrize("id_", [b"", b"xyz!", b"f" * 65, b"\xff\xfe\xfd\xfc"])
def test_a_record_without_an_id_is_passed_over(id_):
    def record(name):
        return b"\0\0tpm1 " + name + b" 1 A <a@b>\0m\0\0\n1\t1\ta.py\0"

    assert [commit.id for commit in read(record(b"abcd") + record(id_))] == ["abcd"]


FULL = "[ab12cd3] Ann 2026-01-05 More\n3\t1\tbilling/tax.py\n"
OWN = b"\0\0tpm1 ab12cd34 1767600000 Ann <a@b.c>\0More\n\0\n3\t1\tbilling/tax.py\0"


@pytest.mark.parametrize(
    ("data", "last"),
    [
        (FULL.encode()[:-5], "3\t1\tbilling/ta"),
        ((FULL + "[ab12cd4] An").encode(), r"\[ab12cd4\] An"),
        (OWN[:-4], "3\t1\tbilling/ta"),
    ],
)
def test_a_log_that_is_cut_off_is_refused_with_its_last_line(data, last):
    with pytest.raises(logs.Unreadable, match=f"It ends in the middle of “{last}"):
        list(logs.read(io.BytesIO(data)))


def test_a_last_commit_without_files_may_end_without_an_end_of_line():
    whole = (FULL + "[ab12cd4] Ann 2026-01-04 Begin").encode()
    assert [one.id for one in logs.read(io.BytesIO(whole))] == ["ab12cd3", "ab12cd4"]
    assert len(list(logs.read(io.BytesIO(OWN)))) == 1
