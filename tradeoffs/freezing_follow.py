"""Triggers that keep predictions as they were made: none is added or changed with hindsight.

What came of one may be written at any time. A migration that begins with `freezing.Unfreeze` ends
with `FreezePredictions` as well.
"""

from django.db import migrations

TABLE = "tradeoffs_prediction"
SAID = (
    "decision_id", "kind", "text", "due_on", "chance", "p10", "p50", "p90", "unit", "comparison",
    "limit", "figure_type", "figure_id", "figure_kind", "by_id",
)  # fmt: skip
HINDSIGHT = "A prediction is made before its decision is accepted, and stays as it was made."
NAMES = ("prediction_no_hindsight", "prediction_as_made", "prediction_stays")


def rules(differs: str) -> list[tuple[str, str, str, str, str]]:
    """(name, table, event, condition, sentence), as `freezing.rules` gives them."""
    changed = " OR ".join(f'NEW."{name}" {differs} OLD."{name}"' for name in SAID)
    no_permit = "NOT EXISTS (SELECT 1 FROM tpm_removalpermit)"
    new, old = closed("NEW"), closed("OLD")
    return [
        (NAMES[0], TABLE, "INSERT", new, HINDSIGHT),
        (NAMES[1], TABLE, "UPDATE", f"({new} OR {old}) AND ({changed})", HINDSIGHT),
        (NAMES[2], TABLE, "DELETE", f"{old} AND {no_permit}", HINDSIGHT),
    ]


def closed(row: str) -> str:
    states = "('accepted', 'rejected', 'superseded', 'deprecated')"
    where = f"d.id = {row}.decision_id AND d.state IN {states}"
    return f"EXISTS (SELECT 1 FROM tradeoffs_decision d WHERE {where})"  # noqa: S608 - names above


class FreezePredictions(migrations.RunPython):
    """Add the triggers on SQLite and PostgreSQL."""

    def __init__(self) -> None:
        def add(apps, schema_editor):
            from tradeoffs import freezing

            take_away(apps, schema_editor)
            on_pg = schema_editor.connection.vendor == "postgresql"
            write = freezing.on_postgresql if on_pg else freezing.on_sqlite
            for rule in rules("IS DISTINCT FROM" if on_pg else "IS NOT"):
                schema_editor.execute(write(*rule), params=None)

        super().__init__(add, take_away)


def take_away(apps, schema_editor) -> None:
    on_pg = schema_editor.connection.vendor == "postgresql"
    for name in NAMES:
        where = f" ON {TABLE}" if on_pg else ""
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}{where}", params=None)
        if on_pg:
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {name}()", params=None)
