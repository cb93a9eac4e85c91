"""Parents and blocking links of a whole file, each named by the key it has in the file."""

from .rows import ParsedFile


def resolve(parsed: ParsedFile) -> None:
    """Point parents and links at keys, and list every blocking pair once.

    What lies outside the file keeps the reference as it was written.
    """
    _ids_once(parsed)
    key_of = {name: row.key for row in parsed.rows for name in (*row.ids, row.url) if name}
    keys = {row.key for row in parsed.rows}

    def named(reference: str) -> str:
        return reference if reference in keys else key_of.get(reference, reference)

    pairs: dict[tuple[str, str], None] = {}
    twice = 0
    for row in parsed.rows:
        row.parent = named(row.parent) if row.parent else ""
        if row.parent == row.key:
            parsed.complain(row.number, "parent", f"{row.key} names itself as its parent.")
            row.parent = ""
        row.blocks = [named(reference) for reference in row.blocks]
        row.blocked_by = [named(reference) for reference in row.blocked_by]
        for pair in [(row.key, o) for o in row.blocks] + [(o, row.key) for o in row.blocked_by]:
            if pair[0] == pair[1]:
                parsed.complain(row.number, "links", f"{row.key} names itself as its blocker.")
                continue
            twice += pair in pairs
            pairs[pair] = None
    parsed.blocking = list(pairs)
    if twice:
        parsed.notes.append(f"Links that stood at both of their ends count once: {twice:,}.")


def _ids_once(parsed: ParsedFile) -> None:
    """A number in the source names one row; the second row that claims it loses it."""
    owner: dict[tuple[str, str], int] = {}
    for row in parsed.rows:
        for name in row.ids:
            first = owner.setdefault((row.instance, name), row.number)
            if first != row.number:
                parsed.complain(row.number, "id", f"The id {name} stands in row {first} already.")
                row.ids = tuple(other for other in row.ids if other != name)
