"""What a scanner says of the sample's code: two reports, a week apart, and nobody has judged."""

import io
import json
from typing import Any

from debt import scan_services, scans
from tpm import history
from tpm.models import Change
from tpm.sample.people import World

COMPLEX, COPIED, CAUGHT = (
    ("S3776", "Cognitive complexity of a function", "It takes more than one reading.", 60),
    ("S1192", "Text repeated", "The same text stands here several times.", 10),
    ("S2221", "Everything caught", "Catch only what is answered here.", None),
)  # fmt: skip

FOUND = (
    ("rails/transfer.py", COMPLEX, (41, 118, 203, 377)),
    ("rails/debit.py", COMPLEX, (36, 90)),
    ("rails/refund.py", COMPLEX, (52,)),
    ("rails/transfer.py", CAUGHT, (61, 140)),
    ("rails/debit.py", CAUGHT, (44,)),
    ("orders/events.py", COPIED, (12, 31, 58, 77, 102)),
    ("orders/basket.py", COPIED, (19, 64)),
    ("ledger/money.py", COMPLEX, (88,)),
)
SHIFTED = ("rails/transfer.py", 6)  # lines that were added at its beginning meanwhile
FIXED = ("rails/refund.py",)
ADDED = ("orders/events.py", COPIED, (140,))


def report(found, *, shift: int = 0) -> dict[str, Any]:
    """A report in the layout of SonarQube's generic issues."""
    issues = [
        {
            "ruleId": rule,
            "severity": "MAJOR",
            "type": "CODE_SMELL",
            "effortMinutes": minutes,
            "primaryLocation": {
                "message": message,
                "filePath": path,
                "textRange": {"startLine": line + (shift if path == SHIFTED[0] else 0)},
            },
        }
        for path, (rule, _, message, minutes), lines in found
        for line in lines
    ]
    rules = [
        {"id": rule, "name": name, "engineId": "sonarqube"}
        for rule, name, *_ in (COMPLEX, COPIED, CAUGHT)
    ]
    return {"rules": rules, "issues": issues}


def add_scans(world: World) -> None:
    """Two complete reports of the same scope, and what a rule takes of which they say nothing."""
    later = [row for row in FOUND if row[0] not in FIXED]
    reports = ((9, report(FOUND)), (2, report([*later, ADDED], shift=SHIFTED[1])))
    for days, made in reports:
        with world.calendar.ago(days, 4), history.through(Change.Door.API):
            target = scan_services.target_from(
                world.product,
                {"component": world.components["rails"].key, "complete": True},
                name="sonarqube.json",
            )
            read = scans.read(io.BytesIO(json.dumps(made).encode()), target.options)
            scan_services.import_report(target, read, by=world.lead)
    with world.calendar.ago(1, 4), history.through(Change.Door.PAGE):
        scan_services.set_rule_effort(world.product, by=world.lead, rule=CAUGHT[0], minutes=20)
