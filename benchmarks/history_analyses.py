"""The classical analyses of a `git log --numstat` text, as CSV or JSON under their classical names.

    git log --pretty=format:'[%h] %an %ad %s' --date=short --numstat > log.txt
    python -m benchmarks.history_analyses log.txt --analysis coupling

Also reads --pretty=format:'--%h--%ad--%aN'. `{old => new}` stays the name of a file, as other
miners leave it; with --renames follow, what the old name was touched counts for the new one.
"""

import argparse
import csv
import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from debt.mining import analyses, logs
from debt.mining.commits import Commit, Touch
from debt.mining.renames import Names

type Table = Sequence[Sequence[str | int]]

COLUMNS = {
    "revisions": ("entity", "n-revs"),
    "coupling": ("entity", "coupled", "degree", "average-revs"),
    "abs-churn": ("date", "added", "deleted", "commits"),
    "entity-churn": ("entity", "added", "deleted", "commits"),
    "authors": ("entity", "n-authors", "n-revs"),
    "soc": ("entity", "soc"),
}


def read(path: Path, *, follow: bool) -> list[Commit]:
    """Commits of a log. raises: logs.Unreadable, OSError"""
    if str(path) == "-":
        found = list(logs.read(io.BytesIO(sys.stdin.buffer.read()), resolve=follow))
    else:
        with path.open("rb") as file:
            found = list(logs.read(file, resolve=follow))
    return followed(found) if follow else found


def followed(commits: list[Commit]) -> list[Commit]:
    """The same commits with today's names of their files."""
    names, found = Names(), []
    for commit in commits:
        touches = [
            Touch(names.today(touch.path), None, touch.added, touch.deleted)
            for touch in commit.touches
        ]
        found.append(commit._replace(touches=touches))
        names.pass_by(commit.touches)
    return found


def table(name: str, commits: list[Commit], limits: analyses.Thresholds) -> Table:
    """Rows of one analysis under its columns."""
    if name == "coupling":
        return [pair[:4] for pair in analyses.coupling(analyses.change_sets(commits), limits)]
    if name == "soc":
        return analyses.soc(analyses.change_sets(commits), limits)
    plain: dict[str, Callable[[list[Commit]], Table]] = {
        "revisions": analyses.revisions,
        "abs-churn": analyses.abs_churn,
        "entity-churn": analyses.entity_churn,
        "authors": analyses.authors,
    }
    return plain[name](commits)


def asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    usual = analyses.Thresholds()
    parser = argparse.ArgumentParser(prog="benchmarks.history_analyses", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("log", type=Path, help="the text; - reads what is piped in")
    parser.add_argument("--analysis", "-a", choices=list(COLUMNS), default="revisions")
    parser.add_argument("--json", action="store_true", help="a list of objects instead of CSV")
    parser.add_argument("--min-revs", "-n", type=int, default=usual.revisions)
    parser.add_argument("--min-shared-revs", "-m", type=int, default=usual.shared)
    parser.add_argument("--min-coupling", "-i", type=float, default=usual.least, metavar="PERCENT")
    parser.add_argument("--max-coupling", "-x", type=float, default=usual.most, metavar="PERCENT")
    parser.add_argument(
        "--max-changeset-size", "-s", type=int, default=usual.change_set, metavar="FILES"
    )
    parser.add_argument("--rows", "-r", type=int, help="print so many rows at most")
    parser.add_argument("--renames", choices=["literal", "follow"], default="literal")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print one analysis. returns: 1 where the text is no log"""
    options = asked(arguments)
    limits = analyses.Thresholds(
        revisions=options.min_revs,
        shared=options.min_shared_revs,
        least=options.min_coupling,
        most=options.max_coupling,
        change_set=options.max_changeset_size,
    )
    try:
        commits = read(options.log, follow=options.renames == "follow")
    except (logs.Unreadable, OSError) as refusal:
        print(refusal, file=sys.stderr)
        return 1
    columns = COLUMNS[options.analysis]
    rows = table(options.analysis, commits, limits)[: options.rows]
    if options.json:
        told = [dict(zip(columns, row, strict=True)) for row in rows]
        print(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - else Python writes to it at its end
