"""Small files in Jira's shape, and what becomes of them; shared by the tests of imports."""

from pathlib import Path

from roadmaps.models import Item

SAMPLES = Path(__file__).parents[1] / "data" / "imports"
HEADER = (
    "Issue key,Issue id,Issue Type,Summary,Description,Status,Assignee,Created,Resolved,Due date,"
    "Original estimate,Time Spent,Parent key,Outward issue link (Blocks),Labels,Labels"
)


def line(number=1, title="One", status="To Do", **cells):
    values = {"key": f"ABC-{number}", "id": f"100{number}", "type": "Story", "title": title}
    values |= {"text": "", "status": status, "who": "", "created": "", "resolved": "", "due": ""}
    values |= {"estimate": "", "spent": "", "parent": "", "blocks": "", "l1": "", "l2": ""}
    return ",".join((values | cells).values())


def got(number=1):
    return Item.objects.get(source="jira", source_key=f"ABC-{number}")


def counts(report):
    names = ("created", "updated", "unchanged", "items named only", "parents", "links")
    names += ("people made",)
    return {name: report[name] for name in names if report[name]}
