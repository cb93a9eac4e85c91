"""Triggers that keep a closed decision as it was: no other text, no other matrix, no other move.

SQLite drops triggers when a later migration rebuilds the table: begin it with `Unfreeze` and
end it with `Freeze`.
"""

from collections.abc import Iterable, Mapping

from django.db import migrations

from tradeoffs import freezing_follow

FROZEN = "A closed decision is frozen: replace it by a new one."
NO_SUCH_MOVE = "A decision cannot move from this state to that one."
CLOSED = "('accepted', 'rejected', 'superseded', 'deprecated')"
FIXED = ("product_id", "number", "key", "title", "situation", "concern", "chosen_id", "author_id")
AMENDED = ("context", "constraints", "reasons", "consequences", "confirmation", "record")
"""What an accepted amendment may change, in the version that it names."""
PARTS = {
    "tradeoffs_option": "{row}.decision_id",
    "tradeoffs_criterion": "{row}.decision_id",
    "tradeoffs_score": "(SELECT decision_id FROM tradeoffs_option WHERE id = {row}.option_id)",
}


def parent_closed(table: str, row: str) -> str:
    decision = PARTS[table].format(row=row)
    closed = f"d.id = {decision} AND d.state IN {CLOSED}"
    return f"EXISTS (SELECT 1 FROM tradeoffs_decision d WHERE {closed})"  # noqa: S608 - names above


def moved(moves: Mapping[str, Iterable[str]]) -> str:
    """True where the new state is not among those that the old one may become."""
    allowed = [f"(OLD.state = '{a}' AND NEW.state = '{b}')" for a, to in moves.items() for b in to]
    return f"OLD.state <> NEW.state AND NOT ({' OR '.join(allowed)})"


def rewritten(differs: str, *, amended: bool) -> str:
    """True where frozen text changes.

    amended: whether the amended sections may change in a version that an amendment names
    """
    fixed, text = (changed(names, differs) for names in (FIXED, AMENDED))
    if amended:
        named = "a.decision_id = NEW.id AND a.applied_version = NEW.version"
        by_one = f"EXISTS (SELECT 1 FROM tradeoffs_amendment a WHERE {named})"  # noqa: S608
        text = (
            f"({text}) AND NOT (OLD.state = 'accepted' AND NEW.version > OLD.version AND {by_one})"
        )
    return f"OLD.state IN {CLOSED} AND ({fixed} OR ({text}))"


def changed(names: Iterable[str], differs: str) -> str:
    return " OR ".join(f'NEW."{name}" {differs} OLD."{name}"' for name in names)


def rules(
    moves: Mapping[str, Iterable[str]], differs: str, *, amended: bool = False
) -> list[tuple[str, str, str, str, str]]:
    """(name, table, event, condition, sentence) of every trigger.

    differs: how the database says that two values differ, nulls included
    """
    no_permit = "NOT EXISTS (SELECT 1 FROM tpm_removalpermit)"
    decision = "tradeoffs_decision"
    found = [
        ("decision_moves", decision, "UPDATE", moved(moves), NO_SUCH_MOVE),
        ("decision_frozen", decision, "UPDATE", rewritten(differs, amended=amended), FROZEN),
    ]
    for table in PARTS:
        new, old = parent_closed(table, "NEW"), parent_closed(table, "OLD")
        found += [
            (f"{table}_no_insert", table, "INSERT", new, FROZEN),
            (f"{table}_no_update", table, "UPDATE", f"({new} OR {old})", FROZEN),
            (f"{table}_no_delete", table, "DELETE", f"{old} AND {no_permit}", FROZEN),
        ]
    return found


class Freeze(migrations.RunPython):
    """Add the triggers on SQLite and PostgreSQL, or those that a rebuilt table has lost.

    amended: whether an amendment may change the text; its table has to exist
    """

    def __init__(self, moves: Mapping[str, Iterable[str]], *, amended: bool = False) -> None:
        def add(apps, schema_editor):
            take_away(apps, schema_editor)
            if schema_editor.connection.vendor == "postgresql":
                for rule in rules(moves, "IS DISTINCT FROM", amended=amended):
                    schema_editor.execute(on_postgresql(*rule), params=None)
            else:
                for rule in rules(moves, "IS NOT", amended=amended):
                    schema_editor.execute(on_sqlite(*rule), params=None)

        super().__init__(add, take_away)


class Unfreeze(migrations.RunPython):
    """Take the triggers away: SQLite rebuilds no table that a trigger of another one names.

    `Freeze` has to follow in the same migration.
    """

    def __init__(self) -> None:
        super().__init__(take_away, migrations.RunPython.noop)


def take_away(apps, schema_editor) -> None:
    freezing_follow.take_away(apps, schema_editor)
    on_pg = schema_editor.connection.vendor == "postgresql"
    for name, table, *_ in rules({}, "IS NOT"):
        where = f" ON {table}" if on_pg else ""
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}{where}", params=None)
        if on_pg:
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {name}()", params=None)


def on_sqlite(name: str, table: str, event: str, condition: str, sentence: str) -> str:
    return (
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
    )


def on_postgresql(name: str, table: str, event: str, condition: str, sentence: str) -> str:
    row = "OLD" if event == "DELETE" else "NEW"
    return f"""
        CREATE FUNCTION {name}() RETURNS trigger AS $body$
        BEGIN
            IF {condition} THEN
                RAISE EXCEPTION '{sentence}' USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN {row};
        END
        $body$ LANGUAGE plpgsql;
        CREATE TRIGGER {name} BEFORE {event} ON {table}
            FOR EACH ROW EXECUTE FUNCTION {name}();
    """
