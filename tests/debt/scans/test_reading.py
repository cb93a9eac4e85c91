"""Reports of every kind: what is in them, and what is refused as a whole."""

import io
import json
import tracemalloc
from pathlib import Path

import pytest

from debt import scans
from debt.scans import Options, Unreadable, streaming
from debt.scans.results import MAX_BYTES

SAMPLES = Path(__file__).parents[2] / "data" / "scans"
MANIFEST = json.loads((SAMPLES / "manifest.json").read_text())


def read(content, **options):
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return scans.read(io.BytesIO(data), Options(**options))


def sarif(*results, **run):
    made = {"tool": {"driver": {"name": "Lint"}}, "results": list(results)} | run
    return {"version": "2.1.0", "runs": [made]}


def result(rule="R1", path="a.py", line=1, text="Said", **more):
    place = {"artifactLocation": {"uri": path}, "region": {"startLine": line}}
    return {
        "ruleId": rule, "message": {"text": text}, "locations": [{"physicalLocation": place}]
    } | more  # fmt: skip


def only(report):
    (run,) = report.runs
    (found,) = run.results
    return found


@pytest.mark.parametrize("sample", MANIFEST, ids=[row["file"] for row in MANIFEST])
def test_a_sample_holds_as_many_findings_as_its_source_says(sample):
    assert scans.read_path(SAMPLES / sample["file"]).count == sample["findings"]


@pytest.mark.parametrize("sample", MANIFEST, ids=[row["file"] for row in MANIFEST])
def test_no_sample_gives_a_path_that_leaves_the_checkout(sample):
    paths = [one.path for run in scans.read_path(SAMPLES / sample["file"]).runs
             for one in run.results]  # fmt: skip
    assert not [path for path in paths if path.startswith("/") or ".." in path or ":/" in path]


# -- SARIF -----------------------------------------------------------------------------------------


def test_the_rules_may_stand_behind_the_results():
    rule = {"id": "R1", "messageStrings": {"x": {"text": "Unused {0}"}}}
    row = {"ruleIndex": 0, "message": {"id": "x", "arguments": ["count"]}}
    report = {"runs": [{"results": [row], "tool": {"driver": {"name": "Lint", "rules": [rule]}}}]}
    report["version"] = "2.1.0"
    found = only(read(report))
    assert (found.rule, found.message) == ("R1", "Unused count")


def test_the_files_may_stand_behind_the_results():
    row = result()
    row["locations"][0]["physicalLocation"]["artifactLocation"] = {"index": 0}
    found = only(read(sarif(row, artifacts=[{"location": {"uri": "src/b.py"}}])))
    assert found.path == "src/b.py"


def test_a_level_comes_from_the_rule_where_the_result_has_none():
    driver = {"name": "Lint", "rules": [{"id": "R1", "defaultConfiguration": {"level": "error"}}]}
    assert only(read(sarif(result(), tool={"driver": driver}))).level == "error"


def test_a_check_that_passed_is_refused_with_its_reason():
    (run,) = read(sarif(result(kind="pass"))).runs
    assert [row.reason for row in run.refused] == ["the tool says that the check passed"]


def test_a_result_that_the_report_calls_absent_is_refused():
    (run,) = read(sarif(result(baselineState="absent"))).runs
    assert not run.results
    assert "gone" in run.refused[0].reason


@pytest.mark.parametrize("results", [{"results": None}, {}], ids=["null", "absent"])
def test_a_run_without_a_list_of_results_says_so(results):
    run = {"tool": {"driver": {"name": "Lint"}}} | results
    assert read({"version": "2.1.0", "runs": [run]}).runs[0].has_results is False


def test_an_empty_list_of_results_is_a_list():
    assert read(sarif()).runs[0].has_results is True


def test_a_suppression_says_why():
    row = result(suppressions=[{"kind": "inSource", "justification": "Old API"}])
    assert only(read(sarif(row))).suppressed == "left out by a comment in the code: Old API"


def test_a_suppression_that_was_rejected_is_none():
    row = result(suppressions=[{"kind": "external", "status": "rejected"}])
    assert only(read(sarif(row))).suppressed == ""


def test_each_run_keeps_its_tool_and_configuration():
    report = sarif(result())
    report["runs"].append(sarif(result())["runs"][0] | {"automationDetails": {"id": "nightly/7"}})
    assert [run.configuration for run in read(report).runs] == ["", "nightly"]


@pytest.mark.parametrize(
    "row",
    [7, None, [], {"message": 3, "locations": 5}, {"locations": [{"physicalLocation": []}]},
     {"ruleIndex": True, "fingerprints": [], "suppressions": {"a": 1}}],
)  # fmt: skip
def test_a_row_of_the_wrong_shape_stops_nothing(row):
    assert read(sarif(row, result())).count == 2


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "utf-32"])
def test_an_encoding_is_recognised(encoding):
    data = json.dumps(sarif(result(text="à qu’il")), ensure_ascii=False).encode(encoding)
    assert only(read(data)).message == "à qu’il"


def test_nul_bytes_are_removed():
    data = json.dumps(sarif(result(text="a\x00b"))).encode().replace(b"Lint", b"Li\x00nt")
    report = read(data)
    assert (report.runs[0].tool, only(report).message) == ("Lint", "ab")


def test_half_a_character_is_replaced():
    assert only(read(sarif(result(text="a\ud800b")))).message.encode() == b"a?b"


# -- other tools -----------------------------------------------------------------------------------


def test_code_quality_has_lines_or_positions():
    rows = [
        {"check_name": "A", "location": {"path": "a.py", "lines": {"begin": 3}}},
        {"check_name": "A", "location": {"path": "a.py", "positions": {"begin": {"line": 5}}}},
    ]
    assert [one.line for one in read(rows).runs[0].results] == [3, 5]


def test_sonarqube_since_10_3_names_the_engine_at_the_rule():
    report = {
        "issues": [{"ruleId": "r1", "effortMinutes": 40,
                    "primaryLocation": {"message": "Said", "filePath": "a.py"}}],
        "rules": [{"id": "r1", "name": "A rule", "engineId": "mine"}],
    }  # fmt: skip
    (run,) = read(report).runs
    assert (run.tool, run.results[0].effort, run.results[0].rule_name) == ("mine", 40, "A rule")


@pytest.mark.parametrize("effort", [None, 0, -5, "40", True, 1e300])
def test_effort_that_is_no_number_of_minutes_is_unknown(effort):
    issue = {"ruleId": "r", "effortMinutes": effort, "primaryLocation": {"filePath": "a"}}
    assert only(read({"issues": [issue]})).effort is None


@pytest.mark.parametrize(
    "report",
    [
        {
            "issues": [
                {"ruleId": "r", "effortMinutes": 86_401, "primaryLocation": {"filePath": "a"}}
            ]
        },
        [{"rule": "r", "component": "p:a.py", "effort": "9" * 37 + "d"}],
    ],
)
def test_effort_beyond_sixty_whole_days_is_unknown_and_told(report):
    found = read(report)
    assert only(found).effort is None
    assert any("Findings whose effort does not, and is unknown: 1." in w for w in found.warnings)


def test_effort_of_the_web_api_is_in_words():
    row = {"rule": "r", "component": "p:a.py", "effort": "1d2h5min"}
    assert only(read([row])).effort == 605


def test_an_answer_of_the_web_api_may_close_nothing():
    assert read([{"rule": "r", "component": "p:a.py"}]).runs[0].has_results is False


def test_the_wrong_slot_is_named():
    with pytest.raises(Unreadable, match=r"This is GitLab SAST, not GitLab Code Quality"):
        scans.read_path(SAMPLES / "dd_gl-sast-report-1-vuln_v14.json", Options(format="gitlab"))


# -- refused as a whole ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [b"", b"   ", b"<html>", b"<?xml version='1.0'?><checkstyle/>", b"PK\x03\x04", b"\x1f\x8b\x08",
     b"{}", b'{"a": 1}', b"[1, 2]", b'"text"', b"a,b\n1,2\n", b'{"runs": [}', b"[" * 100_000,
     b'{"runs": [], "version": "2.1.0"} trailing', b'{"runs":' + b"9" * 5000 + b"}"],
)  # fmt: skip
def test_what_is_no_report_is_refused_in_a_sentence(data):
    with pytest.raises(Unreadable) as refusal:
        read(data)
    assert str(refusal.value).endswith((".", "?"))


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.99])
def test_a_file_that_is_cut_off_gives_nothing(share):
    data = json.dumps(sarif(*(result(line=line) for line in range(1, 300)))).encode()
    with pytest.raises(Unreadable):
        read(data[: int(len(data) * share)])


def test_a_file_that_is_cut_off_says_so():
    data = json.dumps(sarif(*(result(line=line) for line in range(1, 3000)))).encode()
    with pytest.raises(Unreadable, match="cut off"):
        read(data[:-3])


class Endless(io.RawIOBase):
    """A report that never ends, made as it is read."""

    def __init__(self, start: bytes, again: bytes):
        self.start, self.again, self.place = start, again * (65536 // len(again) + 1), 0

    def seek(self, offset, whence=0):
        self.place = 0
        return 0

    def read(self, size=-1):
        first, self.place = self.place == 0, 1
        return self.start if first else self.again

    def readable(self):
        return True


@pytest.mark.parametrize(
    ("start", "again"),
    [
        (b'{"version": "2.1.0", "runs": [{"results": [{}', b', {"message": {"text": "Said"}}'),
        (b'{"version": "2.1.0", "runs": [{"artifacts": [{}', b', {"contents": "words"}'),
        (b'{"version": "2.1.0", "text": "', b"words "),
        (b"Title,Severity\n", b"A title,High\n"),
    ],
    ids=["results", "artifacts", "one text", "table"],
)
def test_a_report_without_an_end_is_refused_without_filling_memory(start, again, monkeypatch):
    monkeypatch.setattr(streaming, "MAX_BYTES", 2_000_000)
    tracemalloc.start()
    with pytest.raises(Unreadable):
        scans.read(Endless(start, again), Options())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60e6


def test_a_large_file_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "report.sarif"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES * 2)
    with pytest.raises(Unreadable, match="larger than 100 MB"):
        scans.read_path(path)
