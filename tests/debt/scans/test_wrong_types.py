"""Reports whose values are of another type than they should be are read or refused, never worse."""

import copy
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from debt import scans
from debt.scans.results import LONGEST_MESSAGE, LONGEST_PATH, LONGEST_RULE

SARIF = {
    "version": "2.1.0",
    "runs": [{
        "tool": {
            "driver": {
                "name": "x", "semanticVersion": "1", "globalMessageStrings": {"g": {"text": "t"}},
                "rules": [{
                    "id": "a", "name": "A", "shortDescription": {"text": "s"},
                    "defaultConfiguration": {"level": "error"},
                    "messageStrings": {"m": {"text": "Use {0}"}},
                }],
            },
            "extensions": [{"rules": [{"id": "e", "fullDescription": {"text": "f"}}]}],
        },
        "artifacts": [{"location": {"uri": "src/a.py", "uriBaseId": "ROOT"}}],
        "originalUriBaseIds": {
            "ROOT": {"uri": "file:///w/", "uriBaseId": "UP"}, "UP": {"uri": "file:///"}
        },
        "logicalLocations": [{"fullyQualifiedName": "a.b", "name": "b"}],
        "automationDetails": {"id": "nightly/1"},
        "results": [
            {
                "ruleId": "a", "ruleIndex": 0, "kind": "fail", "level": "warning",
                "baselineState": "new", "message": {"id": "m", "arguments": ["this"]},
                "locations": [{"physicalLocation": {
                    "artifactLocation": {"uri": "src/a.py", "uriBaseId": "ROOT", "index": 0},
                    "region": {"startLine": 3, "startColumn": 2, "snippet": {"text": "x = 1"}},
                    "contextRegion": {"snippet": {"text": "x = 1"}},
                }}],
                "fingerprints": {"f/v1": "1"}, "partialFingerprints": {"p/v1": "2"},
                "suppressions": [
                    {"kind": "inSource", "status": "accepted", "justification": "why"}
                ],
            },
            {
                "rule": {"id": "e", "index": 0, "toolComponent": {"index": 0}},
                "message": {"text": "said"}, "suppressionStates": ["suppressedInSource"],
                "locations": [{"logicalLocations": [{"index": 0, "name": "b"}]}],
            },
        ],
    }],
}  # fmt: skip
SARIF_1 = {
    "version": "1.0.0",
    "runs": [{
        "tool": {"name": "x", "version": "1"},
        "rules": {"a": {"id": "a", "defaultLevel": "error", "messageFormats": {"m": "Use {0}"}}},
        "results": [{
            "ruleId": "a", "ruleKey": "a", "toolFingerprintContribution": "9",
            "formattedRuleMessage": {"formatId": "m", "arguments": ["this"]},
            "locations": [{"resultFile": {"uri": "a.c", "region": {"startLine": 1}}}],
        }],
    }],
}  # fmt: skip
REPORTS = {
    "sarif": SARIF,
    "sarif 1.0": SARIF_1,
    "gitlab": [{
        "check_name": "a", "description": "m", "fingerprint": "1", "severity": "major",
        "location": {"path": "a.py", "lines": {"begin": 1}},
    }, {
        "check_name": "a", "description": {"body": "m"}, "fingerprint": "2",
        "location": {"path": "a.py", "positions": {"begin": {"line": 1, "column": 2}}},
    }],
    "gitlab-sast": {"version": "15.0.0", "vulnerabilities": [{
        "id": "1", "cve": "c", "name": "n", "message": "m", "severity": "High",
        "scanner": {"id": "s", "name": "S"}, "identifiers": [{"value": "v"}],
        "location": {"file": "a.py", "start_line": 2},
    }]},
    "sonar": {
        "rules": [{"id": "a", "engineId": "e", "name": "n"}],
        "issues": [{
            "ruleId": "a", "engineId": "e", "severity": "MAJOR", "effortMinutes": 5,
            "impacts": [{"severity": "HIGH"}],
            "primaryLocation": {
                "message": "m", "filePath": "a.py", "textRange": {"startLine": 1, "startColumn": 2}
            },
        }],
    },
    "sonar-api": {"total": 1, "p": 1, "ps": 100, "issues": [{
        "key": "1", "rule": "a", "component": "p:a.py", "message": "m", "line": 1, "hash": "h",
        "effort": "1d2h", "debt": "5min", "resolution": "WONTFIX", "severity": "MAJOR",
    }]},
    "eslint": [{
        "filePath": "/w/a.js", "errorCount": 1, "messages": [
            {"ruleId": "a", "message": "m", "line": 1, "column": 2, "severity": 2}
        ],
        "suppressedMessages": [
            {"ruleId": "b", "message": "m", "line": 1, "suppressions": [{"justification": "w"}]}
        ],
    }],
    "findings": {"type": "x", "findings": [{
        "title": "t", "description": "d", "file_path": "a.py", "line": 1, "severity": "High",
        "unique_id_from_tool": "1", "false_p": False, "url": "https://x.example",
    }]},
}  # fmt: skip
WRONG = [
    None, True, False, 0, 1, 7, -1, 1.5, 1e400, 10**30, "", "x", "\x00", "\ud800", "9" * 5000,
    [], [5], [None], [[]], [True], {}, {"a": 5}, {"": None}, {"text": [1]}, {"uri": 5, "id": {}},
]  # fmt: skip


def places(value, at=()):
    """The way to every value of a document."""
    yield at
    inside = value.items() if isinstance(value, dict) else ()
    inside = enumerate(value) if isinstance(value, list) else inside
    for name, part in inside:
        yield from places(part, (*at, name))


def changed(document, at, value):
    """A copy with another value in one place; as it was where that place is gone by now."""
    if not at:
        return value
    made = copy.deepcopy(document)
    inside = made
    try:
        for name in at[:-1]:
            inside = inside[name]
        inside[at[-1]] = value
    except (LookupError, TypeError):
        return document
    return made


def judged(document):
    """Read a document; what comes out of it can be stored."""
    data = json.dumps(document).encode()
    try:
        report = scans.read(io.BytesIO(data), scans.Options())
    except scans.Unreadable:
        return
    for run in report.runs:
        assert isinstance(run.tool, str)
        for one in run.results:
            told = {one.rule: LONGEST_RULE, one.message: LONGEST_MESSAGE, one.path: LONGEST_PATH}
            told |= {one.place: LONGEST_PATH, one.suppressed: 400, one.rule_name: LONGEST_RULE}
            told |= dict.fromkeys((part for pair in one.fingerprints for part in pair), 200)
            for words, most in told.items():
                assert isinstance(words, str)
                assert len(words) <= most
                assert "\x00" not in words
                words.encode()
            assert one.line is None or type(one.line) is int
            assert type(one.column) is int
            assert one.effort is None or type(one.effort) is float


def test_every_report_is_read_as_what_it_is():
    for name, document in REPORTS.items():
        report = scans.read(io.BytesIO(json.dumps(document).encode()), scans.Options())
        assert name.startswith(report.format)
        assert report.count >= 1


@pytest.mark.parametrize("name", REPORTS)
def test_a_wrong_type_in_any_place_is_read_or_refused(name):
    document = REPORTS[name]
    for at in places(document):
        for value in WRONG:
            judged(changed(document, at, value))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_several_wrong_types_at_once_are_read_or_refused(data):
    document = REPORTS[data.draw(st.sampled_from(sorted(REPORTS)))]
    plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9)
    odd = st.recursive(
        plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner),
        max_leaves=6,
    )  # fmt: skip
    ways = list(places(document))
    for _ in range(data.draw(st.integers(1, 4))):
        document = changed(document, data.draw(st.sampled_from(ways)), data.draw(odd))
    judged(document)
