"""What people make of findings: verdicts, debt out of suggestions, the closing of held ones."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from debt import scan_services
from debt.models import DebtItem, Finding, HistoryRun, MinedChange, Scan
from debt.pages import scans as scan_page
from debt.scan_services import judging
from debt.scans.sarif import rule_of
from tests.debt.scans.conftest import report_of
from tests.debt.scans.test_reading import result, sarif
from tpm.models import Change

pytestmark = pytest.mark.django_db


def test_a_verdict_outlives_every_scan(take_in, lena):
    take_in(report_of(1))
    finding = Finding.objects.get()
    scan_services.judge(
        finding.product, [finding], by=lena, verdict="false_positive", why="Generated code"
    )
    take_in(report_of())
    take_in(report_of(5))
    finding.refresh_from_db()
    assert (finding.verdict, finding.state, finding.verdict_why) == (
        "false_positive", "open", "Generated code",
    )  # fmt: skip


def said_by(lena, finding, verdict):
    return scan_services.judge(
        finding.product, [finding], by=lena, verdict=verdict, why="Looked at"
    )


def test_a_verdict_brings_no_deleted_finding_back(take_in, lena):
    take_in(report_of(1))
    finding = Finding.objects.get()
    Finding.objects.all().delete()
    assert said_by(lena, finding, "accepted").changed == 0
    assert not Finding.objects.exists()


def test_a_verdict_that_somebody_gave_meanwhile_stays(take_in, lena):
    take_in(report_of(1))
    seen = Finding.objects.get()
    Finding.objects.update(verdict="accepted", verdict_why="Theirs")
    judged = said_by(lena, seen, "false_positive")
    assert (judged.changed, judged.conflicts) == (0, [seen.pk])
    seen.refresh_from_db()
    assert (seen.verdict, seen.verdict_why) == ("accepted", "Theirs")


def test_a_verdict_writes_nothing_else_of_a_finding(take_in, lena):
    take_in(report_of(1))
    seen = Finding.objects.get()
    seen.line = 99
    assert said_by(lena, seen, "accepted").changed == 1
    seen.refresh_from_db()
    assert (seen.line, seen.verdict) == (1, "accepted")


def test_a_suppression_is_a_proposal_and_no_verdict(take_in, product):
    row = result(path="billing/a.py", suppressions=[{"kind": "inSource"}])
    take_in(sarif(row))
    finding = Finding.objects.get()
    assert (finding.verdict, finding.proposal) == ("", "left out by a comment in the code")
    assert list(scan_services.proposals(product)) == [finding]
    assert scan_services.suggestions(product) == []


@pytest.fixture
def cut_after_one(monkeypatch):
    """Call something whose step is cut off before it runs a second time."""

    def call_it(step, what, *args, **more):
        real, calls = getattr(judging, step), []

        def once(*args, **more):
            if calls:
                raise KeyboardInterrupt
            calls.append(1)
            return real(*args, **more)

        with monkeypatch.context() as patch:
            patch.setattr(judging, step, once)
            what(*args, **more)

    return call_it


def test_a_verdict_on_many_that_is_cut_off_is_given_again(take_in, lena, product, cut_after_one):
    take_in(report_of(*range(1, 602)))
    found = list(Finding.objects.all())
    said = {"by": lena, "verdict": "accepted", "why": "Known"}
    with pytest.raises(KeyboardInterrupt):
        cut_after_one("judge_some", scan_services.judge, product, found, **said)
    assert Finding.objects.filter(verdict="accepted").count() == 500
    assert scan_services.judge(product, found, **said).changed == 101
    assert Change.objects.filter(action="judged").count() == 601


def test_a_suggestion_of_many_that_is_cut_off_is_made_debt_again(
    take_in, mel, product, billing, cut_after_one
):
    take_in(report_of(*range(1, 602)))
    said = {"by": mel, "rule": "R1", "component": billing}
    with pytest.raises(KeyboardInterrupt):
        cut_after_one("accept_some", scan_services.accept_suggestion, product, **said)
    assert DebtItem.objects.get().findings.count() == 500
    scan_services.accept_suggestion(product, **said)
    item = DebtItem.objects.get()
    assert (item.findings.count(), item.description[:12]) == (601, "601 findings")


def test_many_that_are_held_are_closed_again_after_a_cut(take_in, mel, cut_after_one):
    take_in(report_of(*range(1, 602)))
    take_in(report_of())
    scan = Scan.objects.order_by("-pk").first()
    with pytest.raises(KeyboardInterrupt):
        cut_after_one("close_some", scan_services.close_held, scan, by=mel)
    assert Finding.objects.filter(state="closed").count() == 500
    assert scan_services.close_held(scan, by=mel) == 101


def sonar(*efforts, path="billing/tax.py"):
    issues = [
        {"engineId": "Lint", "ruleId": "S1", "effortMinutes": effort,
         "primaryLocation": {"message": "Too long", "filePath": path,
                             "textRange": {"startLine": line}}}
        for line, effort in enumerate(efforts, start=1)
    ]  # fmt: skip
    return {"issues": issues}


def test_a_rule_in_a_component_is_one_suggestion_the_largest_first(take_in, product, orders):
    rows = [result(rule="R1", path="billing/a.py", line=n) for n in range(3)]
    rows += [result(rule="R1", path=f"orders/{n}.py") for n in range(5)]
    take_in(sarif(*rows))
    found = [(s.rule, s.component, s.findings, s.files) for s in scan_services.suggestions(product)]
    assert found == [("R1", "Orders", 5, 5), ("R1", "Billing", 3, 1)]


def test_suggestions_whose_files_change_most_come_first(take_in, product):
    now = timezone.now()
    run = HistoryRun.objects.create(
        product=product, repository="pay", source="upload", ready=True, looked_at=now
    )
    MinedChange.objects.create(run=run, commit="a", at=now, paths=["billing/hot.py"])
    rows = [result(rule="R1", path="billing/cold.py", line=n) for n in range(3)]
    take_in(sarif(*rows, result(rule="R2", path="billing/hot.py")))
    found = [(row.rule, bool(row.touches)) for row in scan_services.suggestions(product)]
    assert found == [("R2", True), ("R1", False)]
    cold = scan_services.suggestions(product)[1]
    assert cold.touches is None  # no history knows the file: unknown is not zero
    words = [
        row.touches
        for row in scan_page.suggestion_rows(product, scan_services.suggestions(product))
    ]
    assert words[1] == "– no history of these files"
    HistoryRun.objects.update(files=[["billing/cold.py", 10, 0, "2026-01-01"]])
    assert scan_services.suggestions(product)[1].touches == 0


def test_a_suggestion_becomes_one_item_with_its_findings(take_in, product, billing, mel):
    take_in(report_of(1, 2, 3))
    item = scan_services.accept_suggestion(product, by=mel, rule="R1", component=billing)
    assert (DebtItem.objects.count(), item.findings.count()) == (1, 3)
    assert item.title == "Said (R1) in Billing"
    assert list(item.evidence.values_list("text", flat=True)) == ["billing/tax.py"]
    assert scan_services.suggestions(product) == []


def test_the_history_has_one_line_for_all_findings_of_a_suggestion_and_of_a_verdict(
    take_in, product, billing, mel, lena, client_of
):
    take_in(report_of(*range(1, 62)))
    scan_services.accept_suggestion(product, by=mel, rule="R1", component=billing)
    scan_services.judge(
        product, Finding.objects.all(), by=lena, verdict="accepted", why="Looked at"
    )
    shown = client_of(lena).get("/p/PAY/history/").context["lines"]
    found = {row.change.action: row.together for row in shown}
    assert (found["taken as evidence"], found["judged"]) == (61, 61)
    assert len(shown) < 12


def title_of_both(product, billing, mel) -> tuple[str, str]:
    """What the list calls the one suggestion, and what its item is called."""
    (suggestion,) = scan_services.suggestions(product)
    item = scan_services.accept_suggestion(product, by=mel, rule="R1", component=billing)
    return suggestion.name, item.title


def say(*messages: str, name: str = "") -> None:
    """Let findings say these, one each."""
    for row, message in zip(Finding.objects.order_by("line"), messages, strict=True):
        Finding.objects.filter(pk=row.pk).update(message=message, rule_name=name)


def test_a_rule_whose_name_has_holes_is_called_without_what_one_finding_says(
    take_in, product, billing, mel
):
    take_in(report_of(1, 2))
    name = "Line too long ({width} > {limit})"
    say("Line too long (104 > 100)", "Line too long (131 > 100)", name=name)
    assert title_of_both(product, billing, mel) == (
        "Line too long (… > …)", "Line too long (… > …) (R1) in Billing",
    )  # fmt: skip


def test_a_rule_without_a_name_is_called_by_the_words_that_its_findings_share(
    take_in, product, billing, mel
):
    take_in(report_of(1, 2, 3))
    say(
        "R1: `.packages` imported but unused; consider removing",
        "R1: `os.path` imported but unused; consider a redundant alias",
        "R1: `.utils` imported but unused; consider removing",
    )
    assert title_of_both(product, billing, mel) == (
        "… imported but unused; consider", "… imported but unused; consider (R1) in Billing",
    )  # fmt: skip


def test_a_rule_whose_findings_share_no_words_is_called_by_its_id(take_in, product, billing, mel):
    take_in(report_of(1, 2))
    say("First", "Second")
    assert title_of_both(product, billing, mel) == ("", "R1 in Billing")


def test_one_finding_of_a_rule_without_a_name_says_all(take_in, product, billing, mel):
    take_in(report_of(1))
    say("Line too long (104 > 100)", name="Line too long ({width} > {limit})")
    name, title = title_of_both(product, billing, mel)
    assert (name, title) == ("Line too long (104 > 100)", f"{name} (R1) in Billing")


def test_the_name_that_a_tool_keeps_beside_a_sentence_with_holes_is_the_rules_own():
    rule = {"id": "F401", "properties": {"name": "unused-import"}}
    for says, name in (("`{name}` imported but unused", "unused-import"), ("Plain", "Plain")):
        assert rule_of(rule | {"shortDescription": {"text": says}}).name == name
    assert rule_of(rule | {"name": "Own", "shortDescription": {"text": "{x}"}}).name == "Own"


def test_later_findings_of_the_rule_join_the_item(take_in, product, billing, mel):
    take_in(report_of(1))
    item = scan_services.accept_suggestion(product, by=mel, rule="R1", component=billing)
    take_in(report_of(1, 9))
    (suggestion,) = scan_services.suggestions(product)
    assert (suggestion.findings, suggestion.item) == (1, item.key)
    again = scan_services.accept_suggestion(product, by=mel, rule="R1", component=billing)
    assert (again.pk, item.findings.count()) == (item.pk, 2)


def test_a_suggestion_is_accepted_once(take_in, product, billing, mel):
    take_in(report_of(1))
    scan_services.accept_suggestion(product, by=mel, rule="R1", component=billing)
    with pytest.raises(ValidationError, match="No finding of this rule waits"):
        scan_services.accept_suggestion(product, by=mel, rule="R1", component=billing)


def test_declared_effort_is_the_principal(take_in, product, billing, mel):
    from debt.inputs import inputs_of
    from debt.queries import current_model, linked_facts

    take_in(sonar(240, 240))
    item = scan_services.accept_suggestion(product, by=mel, rule="S1", component=billing)
    effort = linked_facts([item])[item.pk].effort
    found = inputs_of(item, model=current_model().parameters, capacity=10, interests={},
                      estimate=None, exposure_share=None, effort=effort)  # fmt: skip
    assert tuple(found.inputs.principal) == (0.5, 1, 2)
    assert found.sources["principal"] == "imported"


def test_effort_that_nobody_declares_is_unknown(take_in, product, billing, mel):
    from debt.queries import linked_facts

    take_in(report_of(1))
    item = scan_services.accept_suggestion(product, by=mel, rule="R1", component=billing)
    assert linked_facts([item])[item.pk].effort is None


def test_a_verdict_needs_a_reason(take_in, product, lena):
    take_in(report_of(1))
    with pytest.raises(ValidationError, match="Say why"):
        scan_services.judge(product, [Finding.objects.get()], by=lena, verdict="accepted", why=" ")
