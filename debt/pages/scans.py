"""What the pages of scans show: lists with reasons, suggestions, findings, as ready rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from debt.models import DebtItem, Finding, Scan
from debt.scan_services import Suggestion
from debt.scans import FORMATS
from debt.scans.planning import LISTS
from tpm import formats
from tpm.models import Product
from tpm.templatetags.tpm import who

SHOWN = 200
TITLES = {
    "new": "New",
    "reopened": "Found again",
    "kept": "As before",
    "moved": "Moved",
    "closed": "Closed",
    "held": "Held back",
    "rejected": "Left out",
}
INTRO = {
    "held": "They stay open until a person closes them.",
    "rejected": "Rows of the report that are no findings of this code.",
    "closed": "The report is complete and does not have them.",
}


@dataclass(frozen=True)
class Listed:
    """One list of a report. more: rows that are not shown"""

    name: str
    title: str
    intro: str
    count: str
    rows: SafeString
    more: str


def counts_of(report: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The numbers of a report."""
    counts = report.get("counts", {})
    found = [(_(TITLES[name]), formats.number(counts.get(name, 0))) for name in LISTS]
    if counts.get("missed"):
        found.append((_("Not in it, still open"), formats.number(counts["missed"])))
    return found


def lists_of(report: Mapping[str, Any]) -> list[Listed]:
    """The lists of a report that have rows, those that need a look first."""
    found = []
    for name in ("held", "rejected", "new", "reopened", "moved", "closed", "kept"):
        count = report.get("counts", {}).get(name, 0)
        rows = report.get(name, [])[:SHOWN]
        if count:
            left = count - len(rows)
            found.append(
                Listed(
                    name, _(TITLES[name]), _(INTRO[name]) if name in INTRO else "",
                    formats.number(count), report_rows(rows), formats.number(left) if left else "",
                )
            )  # fmt: skip
    return found


def report_rows(rows: Iterable[Mapping[str, Any]]) -> SafeString:
    """Rows of a list: where, what, and why it is in this list."""
    return format_html_join(
        "\n",
        '<tr><th scope="row"><span class="fileline">{}</span></th><td>{}</td>'
        '<td class="wide">{}</td><td class="muted">{}</td></tr>',
        (
            (at(row.get("path", ""), row.get("line")), row.get("rule", ""),
             row.get("message", ""), row.get("reason", ""))
            for row in rows
        ),
    )  # fmt: skip


def at(path: str, line: int | None) -> str:
    return f"{path}:{line}" if line and path else path or _("no file")


def about(report: Mapping[str, Any]) -> str:
    """What a report is, in a line."""
    form = FORMATS.get(report.get("format", ""), _("Comments of a folder"))
    tools = ", ".join(dict.fromkeys(report.get("tools", [])))
    count = report.get("results", 0)
    text = _("%(form)s of %(tools)s, 1 result.") if count == 1 else (
        _("%(form)s of %(tools)s, %(count)s results.")
    )  # fmt: skip
    return text % {"form": form, "tools": tools or _("no tool"), "count": formats.number(count)}


@dataclass(frozen=True)
class SuggestionRow:
    """One suggestion as the page shows it."""

    rule: str
    name: str
    component: str
    component_key: str
    level: str
    findings: str
    files: str
    effort: str
    touches: str
    item: str
    url: str


def suggestion_rows(product: Product, found: Iterable[Suggestion]) -> list[SuggestionRow]:
    base = reverse("debt:finding-list", args=[product.key])
    found = list(found)
    known = any(row.touches is not None for row in found)
    return [
        SuggestionRow(
            rule=row.rule,
            name=row.name if row.name != row.rule else "",
            component=row.component or _("no component"),
            component_key=row.component_key,
            level=row.level,
            findings=formats.number(row.findings),
            files=formats.number(row.files),
            effort=_("%(days)s d") % {"days": formats.amount(row.effort_days)}
            if row.effort_days is not None
            else _("unknown"),
            touches=touches_words(row.touches, any_known=known),
            item=row.item,
            url=f"{base}?{urlencode({'rule': row.rule, 'component': row.component_key})}",
        )
        for row in found
    ]


def touches_words(touches: float | None, *, any_known: bool) -> str:
    """Empty where no history was read at all: then there is no column."""
    if not any_known:
        return ""
    return formats.number(touches, 1) if touches is not None else _("– no history of these files")


def scan_rows(product: Product, scans: Iterable[Scan]) -> SafeString:
    """The history of scans."""
    words = dict(Scan.State.choices)
    return format_html_join(
        "\n",
        '<tr><th scope="row"><a href="{}">{}</a></th><td>{}</td><td>{}</td>'
        '<td class="n" data-label="{}">{}</td><td class="n" data-label="{}">{}</td>'
        "<td>{}</td><td>{}</td></tr>",
        (
            (
                reverse("debt:scan-detail", args=[product.key, scan.pk]),
                scan.name or _("report %(n)s") % {"n": scan.pk},
                scan.scope,
                words[Scan.State(scan.state)] + ("" if scan.complete else _(", a part")),
                _("New"),
                formats.number(scan.counts.get("new", 0) + scan.counts.get("reopened", 0)),
                _("Closed"),
                formats.number(scan.counts.get("closed", 0)),
                who(scan.by),
                formats.day(scan.at),
            )
            for scan in scans
        ),
    )


def finding_rows(findings: Iterable[Finding]) -> SafeString:
    """Rows of findings: where, what, since when, and what became of each."""
    return format_html_join(
        "\n",
        '<tr><th scope="row"><span class="fileline">{}</span></th><td>{}</td>'
        '<td class="wide">{}</td><td>{}</td><td>{}</td></tr>',
        (
            (at(finding.path or finding.place, finding.line), finding.rule, finding.message,
             formats.day(finding.opened_at), became(finding))
            for finding in findings
        ),
    )  # fmt: skip


def became(finding: Finding) -> SafeString | str:
    """What became of a finding."""
    if finding.item is not None:
        url = finding.item.get_absolute_url()
        state = "" if finding.state == "open" else _(", closed")
        return format_html('<a href="{}">{}</a>{}', url, finding.item.key, state)
    if finding.verdict:
        return f"{finding.get_verdict_display()}: {finding.verdict_why}"
    if finding.state == Finding.State.CLOSED:
        return _("closed")
    return finding.proposal or _("waits")


def of_item(item: DebtItem) -> dict[str, Any]:
    """What the page of a debt item shows of its findings: the open ones, and how many are gone."""
    rows = item.findings.select_related("item").order_by("state", "path", "line")
    states = list(rows.values_list("state", flat=True))
    if not states:
        return {}
    open_count = states.count("open")
    gone = len(states) - open_count
    said = _("%(open)s open, %(gone)s gone") % {
        "open": formats.number(open_count), "gone": formats.number(gone),
    }  # fmt: skip
    url = reverse("debt:finding-list", args=[item.product.key])
    return {
        "said": said,
        "all_gone": not open_count,
        "rows": finding_rows(rows.filter(state="open")[:20]),
        "more": formats.number(open_count - 20) if open_count > 20 else "",
        "url": f"{url}?{urlencode({'item': item.key, 'state': 'any'})}",
    }
