"""Reading repositories that nobody vouches for."""

import os
import time

import pytest

from debt.mining import git
from debt.mining.gathering import Terms
from debt.mining.git import Refused, Repository
from debt.mining.mining import mine
from tests.debt.mining.repositories import DAY, NOW, Made

TERMS = Terms(now=NOW)


def mined(made: Made, **options):
    with Repository(made.path) as repository:
        return mine(repository, options.pop("terms", TERMS), **options)


@pytest.fixture
def made(tmp_path):
    return Made(tmp_path / "work")


def test_a_repository_without_a_commit_has_no_tip(made):
    found = mined(made)
    assert (found.tip, found.gathered.read) == (None, 0)


def test_a_repository_with_one_commit_has_one_change(made):
    tip = made.commit({"a.py": "one\n"})
    found = mined(made)
    assert found.tip == tip
    assert [change.paths for change in found.gathered.changes] == [("a.py",)]
    assert found.lines == {"a.py": 1}


def test_a_bare_repository_is_read(made, tmp_path):
    tip = made.commit({"a.py": "one\n"})
    made.git("clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))
    with Repository(tmp_path / "bare.git") as repository:
        assert repository.tip() == tip
        assert [commit.id for commit in repository.log(tip)] == [tip]


def test_branches_that_are_packed_are_found(made):
    tip = made.commit({"a.py": "one\n"})
    made.git("pack-refs", "--all")
    with Repository(made.path) as repository:
        assert repository.tip("main") == tip


def test_a_work_tree_beside_the_repository_is_read(made, tmp_path):
    tip = made.commit({"a.py": "one\n"})
    made.git("worktree", "add", "-q", "-b", "other", str(tmp_path / "tree"))
    with pytest.raises(Refused, match="outside of it"):
        Repository(tmp_path / "tree")
    with Repository(tmp_path / "tree", links=[made.path]) as repository:
        assert repository.tip() == tip


def test_a_work_tree_inside_the_repository_leads_out_of_itself_too(made):
    made.commit({"a.py": "one\n"})
    made.git("worktree", "add", "-q", "-b", "other", "inner")
    with pytest.raises(Refused, match="outside of it"):
        Repository(made.path / "inner")


@pytest.mark.parametrize("target", ["{secret}", "../secret/.git", "inside/../../secret/.git"])
def test_a_git_file_that_leads_elsewhere_is_refused(tmp_path, target):
    secret = Made(tmp_path / "secret")
    secret.commit({"a.py": "one\n"})
    hostile = tmp_path / "hostile"
    (hostile / "inside").mkdir(parents=True)
    (hostile / ".git").write_text(f"gitdir: {target.format(secret=secret.path / '.git')}\n")
    with pytest.raises(Refused, match="outside of it") as refusal:
        Repository(hostile)
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize("bare", [False, True])
def test_a_common_folder_elsewhere_is_refused(tmp_path, bare):
    secret = Made(tmp_path / "secret")
    secret.commit({"a.py": "one\n"})
    hostile = Made(tmp_path / "hostile", bare=bare)
    git_dir = hostile.path if bare else hostile.path / ".git"
    (git_dir / "commondir").write_text(f"{secret.path / '.git'}\n")
    with pytest.raises(Refused, match="outside of it"):
        Repository(hostile.path)


def test_a_link_to_another_repository_is_refused(tmp_path):
    secret = Made(tmp_path / "secret")
    secret.commit({"a.py": "one\n"})
    (tmp_path / "hostile").mkdir()
    (tmp_path / "hostile" / ".git").symlink_to(secret.path / ".git")
    with pytest.raises(Refused, match="outside of it"):
        Repository(tmp_path / "hostile")


def test_a_git_file_that_stays_inside_is_followed(made):
    tip = made.commit({"a.py": "one\n"})
    (made.path / ".git").rename(made.path / "kept")
    (made.path / ".git").write_text("gitdir: kept\n")
    with Repository(made.path) as repository:
        assert repository.tip() == tip


def test_a_folder_whose_name_only_begins_the_same_is_another(tmp_path):
    secret = Made(tmp_path / "work-secret")
    secret.commit({"a.py": "one\n"})
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / ".git").write_text("gitdir: ../work-secret/.git\n")
    with pytest.raises(Refused, match="outside of it"):
        Repository(tmp_path / "work")


def test_a_folder_that_is_none_is_refused(tmp_path):
    with pytest.raises(Refused, match="is no git repository"):
        Repository(tmp_path)


def test_a_branch_that_is_not_there_is_refused(made):
    made.commit({"a.py": "one\n"})
    with Repository(made.path) as repository, pytest.raises(Refused, match="no branch next"):
        repository.tip("next")


def test_a_head_that_leads_out_of_the_repository_is_refused(made):
    made.commit({"a.py": "one\n"})
    (made.path / ".git" / "HEAD").write_text("ref: refs/heads/../../../../etc/passwd\n")
    with pytest.raises(Refused, match="cannot be one"), Repository(made.path):
        pass


def test_a_head_that_is_a_pipe_does_not_hang(made):
    made.commit({"a.py": "one\n"})
    head = made.path / ".git" / "HEAD"
    head.unlink()
    os.mkfifo(head)
    with pytest.raises(Refused):
        Repository(made.path)


@pytest.mark.parametrize("what", ["pack", "info", "4b", "pack/pack-1.pack"])
def test_links_among_the_objects_that_lead_out_are_refused(made, tmp_path, what):
    made.commit({"a.py": "one\n"})
    secret = Made(tmp_path / "secret")
    secret.commit({"b.py": "two\n"})
    target = secret.path / ".git" / "objects"
    place = made.path / ".git" / "objects" / what
    if place.is_dir():
        for inside in place.iterdir():
            inside.unlink()
        place.rmdir()
    place.symlink_to(target)
    with pytest.raises(Refused, match="lead out of it") as refusal:
        Repository(made.path)
    assert "secret" not in str(refusal.value)


def test_a_dangling_link_among_the_objects_is_refused_where_it_leads_out(made, tmp_path):
    made.commit({"a.py": "one\n"})
    (made.path / ".git" / "objects" / "info" / "alternates").symlink_to(tmp_path / "later")
    with pytest.raises(Refused, match="lead out of it"):
        Repository(made.path)


def test_a_link_among_the_objects_that_stays_inside_is_read(made):
    tip = made.commit({"a.py": "one\n"})
    pack = made.path / ".git" / "objects" / "pack"
    pack.rename(pack.with_name("packs"))
    pack.symlink_to("packs")
    with Repository(made.path) as repository:
        assert repository.tip() == tip


def test_borrowed_objects_are_refused_unless_allowed(made, tmp_path):
    tip = made.commit({"a.py": "one\n"})
    made.git("clone", "-q", "--bare", "--shared", ".", str(tmp_path / "fork.git"))
    with pytest.raises(Refused, match="borrows objects"):
        Repository(tmp_path / "fork.git")
    with Repository(tmp_path / "fork.git", borrows=True) as repository:
        assert repository.tip() == tip


@pytest.mark.parametrize(
    "setting",
    [
        'core.fsmonitor="touch {mark}; false"',
        'core.pager="touch {mark}"',
        "log.showSignature=true",
        'diff.external="touch {mark}"',
        'core.sshCommand="touch {mark}"',
        "log.showRoot=false",
        "diff.renames=false",
        "core.quotePath=true",
        "log.mailmap=true",
        "log.date=relative",
        "i18n.logOutputEncoding=UTF-16",
        "core.bare=nonsense",
        "no section",
    ],
)
def test_nothing_of_its_config_is_obeyed(made, tmp_path, setting):
    made.commit({"a.py": "one\ntwo\nthree\n", ".gitattributes": "*.py diff=evil filter=evil\n"})
    made.commit({"a.py": None, "ü.py": "one\ntwo\nthree\n"})
    plain = mined(made)
    mark = tmp_path / "mark"
    key, _, value = setting.partition("=")
    section, _, name = key.rpartition(".")
    text = f"[{section}]\n\t{name} = {value}\n" if section else "[[[\n"
    text += f'[diff "evil"]\n\ttextconv = "touch {mark};cat"\n\tcommand = "touch {mark}"\n'
    text += f'[gpg]\n\tprogram = "touch {mark}"\n'
    (made.path / ".git" / "config").write_text(text.replace("{mark}", str(mark)))
    again = mined(made)
    assert again.gathered.changes == plain.gathered.changes
    assert again.lines == plain.lines
    assert not mark.exists()


def test_no_hook_runs(made, tmp_path):
    made.commit({"a.py": "one\n"})
    mark = tmp_path / "mark"
    for name in ("post-checkout", "post-index-change", "reference-transaction", "fsmonitor"):
        hook = made.path / ".git" / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\ntouch {mark}\n")
        hook.chmod(0o755)
    mined(made)
    assert not mark.exists()


def test_nothing_is_written_into_the_repository(made):
    made.commit({"a.py": "one\n"})
    before = {path: path.stat().st_mtime_ns for path in made.path.rglob("*")}
    mined(made)
    assert {path: path.stat().st_mtime_ns for path in made.path.rglob("*")} == before


def test_replaced_commits_are_read_as_they_were(made):
    old = made.commit({"a.py": "one\n"}, "Old")
    new = made.commit({"b.py": "two\n"}, "New")
    made.git("replace", "-f", new, old)
    with Repository(made.path) as repository:
        assert [commit.message.strip() for commit in repository.log(new)] == ["New", "Old"]


def test_a_shallow_clone_is_read_as_far_as_it_goes(made, tmp_path):
    for number in range(3):
        made.commit({"a.py": f"{number}\n"})
    made.git("clone", "-q", "--depth=1", f"file://{made.path}", str(tmp_path / "shallow"))
    with Repository(tmp_path / "shallow") as repository:
        assert repository.is_shallow
        assert mine(repository, TERMS).gathered.read == 1


def test_a_repository_of_sha256_is_read(tmp_path):
    made = Made(tmp_path / "wide")
    made.git("init", "-q", "--object-format=sha256", "-b", "main", str(tmp_path / "wide256"))
    made.path = tmp_path / "wide256"
    tip = made.commit({"a.py": "one\n"})
    assert len(tip) == 64
    assert mined(made).lines == {"a.py": 1}


def test_git_that_takes_too_long_is_ended(made, tmp_path, monkeypatch):
    tip = made.commit({"a.py": "one\n"})
    slow = tmp_path / "slow" / "git"
    slow.parent.mkdir()
    slow.write_text("#!/bin/sh\nsleep 60\n")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{slow.parent}:{os.environ['PATH']}")
    begin = time.monotonic()
    with (
        Repository(made.path, seconds=0.2) as repository,
        pytest.raises(Refused, match="git took longer"),
    ):
        list(repository.log(tip))
    assert time.monotonic() - begin < 20


def test_a_repository_with_lost_objects_is_refused_in_a_sentence(made):
    tip = made.commit({"a.py": "one\n"})
    made.commit({"a.py": "two\n"})
    lost = made.path / ".git" / "objects" / tip[:2] / tip[2:]
    lost.unlink()
    with pytest.raises(Refused, match="git gave up"):
        mined(made)


def test_file_names_of_any_bytes(made):
    blob = made.git("hash-object", "-w", "--stdin", data=b"x\n")
    odd = [b"caf\xe9.py", b"new\nline.py", b"tab\there.py", b'quote".py', "ü.py".encode()]
    odd += [b"\\back.py", b"D", b"R100", b"--all", b"tpm1 \x01.py"]
    tree = b"".join(b"100644 blob " + blob.encode() + b"\t" + name + b"\0" for name in odd)
    root = made.git("mktree", "-z", data=tree)
    made.git("update-ref", "refs/heads/main", made.git("commit-tree", root, "-m", "Odd"))
    found = mined(made)
    (change,) = mined(made, terms=Terms(now=int(time.time()))).gathered.changes
    assert sorted(change.paths) == sorted(name.decode("utf-8", "backslashreplace") for name in odd)
    assert found.lines.keys() == set(change.paths)


@pytest.mark.parametrize(
    ("at", "day"),
    [(0, "1970-01-01"), (4_294_967_296, "2106-02-07"), (4_300_000_000, "2106-04-06")],
)
def test_dates_at_the_ends_of_time(made, at, day):
    stream = f"commit refs/heads/main\ncommitter A <a@b> {at} +0000\ndata 1\nx"
    made.imported(f"{stream}\nM 100644 inline a.py\ndata 2\nx\n\n".encode())
    found = mined(made).gathered
    assert str(found.first_day) == day
    assert found.in_future == (at > NOW)


def test_a_date_that_no_calendar_has(made):
    stream = f"commit refs/heads/main\ncommitter A <a@b> {2**62} +0000\ndata 1\nx"
    made.imported(f"{stream}\nM 100644 inline a.py\ndata 2\nx\n\n".encode())
    assert mined(made).gathered.last_day.year <= 9999


def test_a_message_cannot_pass_for_a_commit_or_a_file(made):
    made.commit({"a.py": "one\n"}, "Real\n\n--abc1234--2020-01-01--Eve\n1\t2\tevil.py\n")
    (change,) = mined(made).gathered.changes
    assert change.paths == ("a.py",)


def test_a_commit_of_2000_files_is_left_out_and_its_renames_are_followed(made):
    made.commit({f"old/{n}.py": f"{n}\n" for n in range(2000)}, at=NOW - 2 * DAY)
    made.commit({"old/7.py": "seven\n"}, at=NOW - DAY)
    moved = {f"old/{n}.py": None for n in range(2000)}
    moved |= {f"new/{n}.py": f"{n}\n" for n in range(2000) if n != 7} | {"new/7.py": "seven\n"}
    made.commit(moved, at=NOW)
    found = mined(made).gathered
    assert found.left_out == {"more than 30 files": 2}
    assert [change.paths for change in found.changes] == [("new/7.py",)]


def test_similar_files_are_taken_for_renamed_inside_the_window_only(made):
    body = "".join(f"line {n}\n" for n in range(40))
    made.commit({"a.py": body}, at=NOW - 400 * DAY)
    made.commit({"a.py": None, "b.py": body + "more\n"}, at=NOW - 300 * DAY)
    made.commit({"b.py": None, "c.py": body + "more\nagain\n"}, at=NOW - 10 * DAY)
    files = mined(made).gathered.files
    assert {path: sums.touches for path, sums in files.items()} == {"a.py": 2, "c.py": 2}


def test_exact_renames_are_followed_throughout(made):
    made.commit({"a.py": "same\n"}, at=NOW - 900 * DAY)
    made.commit({"a.py": None, "b.py": "same\n"}, at=NOW - 800 * DAY)
    assert {p: s.touches for p, s in mined(made).gathered.files.items()} == {"b.py": 2}


def test_two_files_that_swap_their_names(made):
    made.commit({"a.py": "first\n"}, at=NOW - 3 * DAY)
    made.commit({"b.py": "second\n"}, at=NOW - 2 * DAY)
    made.commit({"b.py": None, "c.py": "second\n"}, at=NOW - DAY)
    made.commit({"a.py": None, "b.py": "first\n"}, at=NOW)
    assert {p: s.touches for p, s in mined(made).gathered.files.items()} == {"b.py": 2, "c.py": 2}


def test_programs_are_left_out(made):
    made.commit({"a.py": "1\n"}, author="renovate[bot] <29139614+renovate[bot]@users.noreply.x>")
    made.commit({"a.py": "2\n"}, author="Abbot Smith <abbot@example.org>")
    found = mined(made).gathered
    assert found.left_out == {"by a program": 1}
    assert found.counted == 1


def test_merges_do_not_count(made):
    made.commit({"a.py": "1\n"})
    made.git("checkout", "-q", "-b", "side")
    made.commit({"b.py": "1\n"})
    made.git("checkout", "-q", "main")
    made.commit({"c.py": "1\n"})
    made.git("merge", "-q", "--no-ff", "-m", "Merge", "side")
    assert mined(made).gathered.read == 3


def test_a_reading_goes_on_from_the_last_commit(made):
    first = made.commit({"a.py": "1\n"})
    made.commit({"b.py": "1\n"})
    found = mined(made, known_tip=first)
    assert (found.after, found.rewritten) == (first, False)
    assert [change.paths for change in found.gathered.changes] == [("b.py",)]


def test_a_reading_without_news_reads_nothing(made):
    tip = made.commit({"a.py": "1\n"})
    assert mined(made, known_tip=tip).gathered.read == 0


def test_a_rewritten_history_is_read_anew(made):
    made.commit({"a.py": "1\n"})
    known = made.commit({"b.py": "1\n"})
    made.git("reset", "-q", "--hard", "HEAD~1")
    made.commit({"c.py": "1\n"})
    found = mined(made, known_tip=known)
    assert (found.after, found.rewritten, found.gathered.read) == ("", True, 2)


def test_a_known_commit_that_is_gone_is_a_rewritten_history(made):
    made.commit({"a.py": "1\n"})
    assert mined(made, known_tip="f" * 40).rewritten


def test_lines_added_and_deleted_count_inside_the_window(made):
    made.commit({"a.py": "1\n2\n3\n"}, at=NOW - 300 * DAY)
    made.commit({"a.py": "1\n4\n"}, at=NOW - DAY)
    near, far = mined(made).gathered.changes
    assert (near.added, near.deleted) == (1, 2)
    assert (far.added, far.deleted) == (None, None)


def test_the_author_is_not_kept(made):
    made.commit({"a.py": "1\n"}, "Fix\n\nDebt: PAY-D1 1h\n", author="Eve Secret <eve@secret.org>")
    assert "ecret" not in repr(mined(made).gathered)


def test_what_debt_cost_stands_in_trailers(made):
    made.commit({"a.py": "1\n"}, "Fix\n\nDebt: PAY-D42 1h 30min\nDebt: PAY-D7 2d\n")
    (change,) = mined(made).gathered.changes
    assert change.taps == (("PAY-D42", 90.0), ("PAY-D7", 960.0))


def test_a_reading_shows_signs_of_life_in_all_that_git_does(made, monkeypatch):
    """Also where counting lines says nothing of how many commits were read."""
    monkeypatch.setattr(git, "BEAT", 0.0)
    for day in range(3):
        made.commit({f"a{day}.py": "1\n"}, at=NOW - day * DAY)
    at = [""]
    beats: set[tuple[str, int]] = set()
    for name in ("log", "lines"):
        real = getattr(Repository, name)

        def asked(self, *words, real=real, name=name, **options):
            at[0] = name + (" with lines" if options.get("counts") else "")
            return real(self, *words, **options)

        monkeypatch.setattr(Repository, name, asked)
    with Repository(made.path) as repository:
        mine(repository, TERMS, progress=lambda read: beats.add((at[0], read)))
    assert {("log with lines", 0), ("log", 0), ("lines", 3)} <= beats


def test_a_silent_git_is_waited_for_with_signs_of_life(made, monkeypatch):
    monkeypatch.setattr(git, "BEAT", 0.02)
    beats = []
    with Repository(made.path, beat=lambda: beats.append(1)) as repository:
        monkeypatch.setattr(repository, "_command", lambda _words: ["sleep", "0.5"])
        assert b"".join(repository._chunks([])) == b""
    assert len(beats) >= 5


def test_a_sign_of_life_may_stop_git(made, monkeypatch):
    monkeypatch.setattr(git, "BEAT", 0.02)

    def stop():
        raise InterruptedError

    with Repository(made.path, beat=stop) as repository:
        monkeypatch.setattr(repository, "_command", lambda _words: ["sleep", "60"])
        began = time.monotonic()
        with pytest.raises(InterruptedError):
            list(repository._chunks([]))
        assert time.monotonic() - began < 30
