"""What the pages of an import of debt show, as ready strings."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from debt.csv_import.applying import ALL
from tpm.formats import number

COUNTS = {
    "new": gettext_lazy("New"),
    "changed": gettext_lazy("Changed"),
    "same": gettext_lazy("As they are"),
    "asked": gettext_lazy("Held back"),
    "refused": gettext_lazy("Left out"),
}
WHAT = {
    "new": gettext_lazy("new"),
    "changed": gettext_lazy("changes"),
    "same": gettext_lazy("stays as it is"),
    "asked": gettext_lazy("held back"),
    "refused": gettext_lazy("left out"),
}
USES = {
    "used": gettext_lazy("read as"),
    "computed": gettext_lazy("computed here, not read"),
    "left": gettext_lazy("a matter of its page, not read: new debt comes in open"),
    "ignored": gettext_lazy("ignored: no field of debt is called so"),
}


FORM = "take-in"
"""The form of a preview that takes the file in; answers in its table belong to it."""


def report_context(
    report: Mapping[str, Any], *, answers: bool = False, ticked: Collection[str] = ()
) -> dict[str, Any]:
    """The tables of a report; empty where a job ended without one.

    answers: whether what is held back has a box that lets it in
    ticked:  boxes that were, as they were sent; one stays so while what it answers is the same
    """
    if "counts" not in report:
        return {}
    every = box_of(ALL, *(row for row in report["rows"] if row.get("asked")))
    counts = {name: report["counts"].get(name, 0) for name in COUNTS}
    return {
        "counts": [(str(words), number(counts[name])) for name, words in COUNTS.items()],
        "ready": counts["new"] + counts["changed"] + counts["asked"],
        "asked": counts["asked"],
        "asked_words": asked_words(counts["asked"], answers=answers),
        "take_in": FORM,
        "sure_all": every,
        "sure_all_ticked": every in ticked,
        "file_notes": report["notes"],
        "rows": format_html_join(
            "\n",
            "{}",
            ((row_html(row, answers=answers, ticked=ticked),) for row in report["rows"]),
        ),
        "rows_more": report["rows_in_all"] - len(report["rows"]),
        "columns": format_html_join("\n", "{}", ((column_html(c),) for c in report["columns"])),
    }


def asked_words(count: int, *, answers: bool) -> str:
    """What is held back, and how it comes in all the same; empty where nothing is."""
    if not count:
        return ""
    words = ngettext(
        "%(n)s row costs more a month than its team has.",
        "%(n)s rows cost more a month than their teams have.", count,
    ) % {"n": number(count)}  # fmt: skip
    if answers:
        return words + " " + _("Such a row stays out unless you say below that it is meant so.")
    return words + " " + _("Import the file once more and say that it is meant so.")


def box_of(answer: str, *rows: Mapping[str, Any]) -> str:
    """What a box sends: its answer, and a mark of what the rows say and are asked."""
    told = [[row["number"], row["key"], row["changes"], row["asked"]] for row in rows]
    return f"{answer}-{hashlib.sha256(json.dumps(told).encode()).hexdigest()[:12]}"


def answers_in(boxes: Iterable[str]) -> list[str]:
    """What boxes that were sent answer."""
    return [box.partition("-")[0] for box in boxes]


def row_html(
    row: Mapping[str, Any], *, answers: bool = False, ticked: Collection[str] = ()
) -> SafeString:
    """One row: what it is, what becomes of it, and what was odd."""
    name = row["title"] or _("without a title")
    head = format_html("{}", name)
    if row["key"]:
        url = reverse("debt:item-detail", args=[row["key"]])
        head = format_html('<span class="key">{}</span> <a href="{}">{}</a>', row["key"], url, name)
    changes = format_html_join(
        "",
        "<li>{}: {}</li>",
        ((field, arrow(old, new)) for field, old, new in row["changes"]),
    )
    said = [*row.get("asked", ()), *notes_of(row)]
    odd = format_html_join("", "<li>{}</li>", ((sentence,) for sentence in said))
    if answers and row.get("asked"):
        odd += answer_html(row, ticked)
    return format_html(
        '<tr><td class="n" data-label="{}">{}</td><th scope="row" class="wraps">{}</th><td '
        'class="narrow">{}</td><td class="wraps wide">{}</td><td class="wraps wide">{}</td></tr>',
        _("Row"),
        number(row["number"]),
        head,
        WHAT[row["what"]],
        format_html('<ul class="plain">{}</ul>', changes) if changes else "",
        format_html('<ul class="plain">{}</ul>', odd) if odd else "",
    )


def answer_html(row: Mapping[str, Any], ticked: Collection[str]) -> SafeString:
    """A box that lets in what is held back."""
    box = box_of(str(row["number"]), row)
    return format_html(
        '<li class="row"><input type="checkbox" id="sure-{0}" name="sure" value="{1}" form="{2}"'
        '{3}><label for="sure-{0}">{4}</label></li>',
        row["number"], box, FORM, SafeString(" checked" if box in ticked else ""),
        _("Row %s is meant so") % number(row["number"]),
    )  # fmt: skip


def arrow(old: str, new: str) -> str:
    return f"{old} → {new}" if old else new


def notes_of(row: Mapping[str, Any]) -> list[str]:
    kept = [
        _("%(field)s was edited here and stays %(here)s; the file says %(there)s.")
        % {"field": field, "here": here or _("empty"), "there": there}
        for field, here, there in row["kept"]
    ]
    return [*row["notes"], *kept]


def column_html(column: list[Any]) -> SafeString:
    name, use, as_field, filled = column
    said = f"{USES[use]} {as_field}" if use == "used" else USES[use]
    return format_html(
        '<tr><th scope="row" class="wraps">{}</th><td>{}</td><td class="n">{}</td></tr>',
        name or _("without a name"), said, number(filled),
    )  # fmt: skip
