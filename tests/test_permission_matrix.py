"""Every address and every API operation, for every role, in one's own product and in another's.

A route that is missing from RULES fails the first test: whoever adds a page says here who may.
"""

import uuid
from contextlib import nullcontext
from copy import copy
from io import BytesIO
from unittest.mock import patch

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.template.backends.django import Template
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from debt.services.badges import make_badge
from debt.views.saved import SHELF as REGISTER
from roadmaps import services as roadmap
from roadmaps.import_services import reports
from roadmaps.importing import check_size
from roadmaps.queries.views import SHELF
from tests.permission_rules import RULES
from tpm import comments, history, jobs, operations, policies, tokens, uploads
from tpm import services as workspace
from tpm.models import CalendarEntry, Component, Job, Person, Product, Role, User
from tpm.roles import ABILITIES, RANK
from tradeoffs.views.saved import SHELF as DECISIONS

ALLOWED, HIDDEN, REFUSED, SIGN_IN = "allowed", "404", "403", "sign in"
ROLES = ["anonymous", "outsider", "viewer", "member", "planner", "lead", "admin"]


@pytest.fixture
def world(
    product, other_product, team, make_item, ada, lena, mel, vic, root, grace, settings, tmp_path
):
    """One record of every kind in Payments, and the arguments of every route to it."""
    from debt import services as debt
    from debt.models import Evidence, Finding, RuleEffort, Scan, ScanScope, ScoreModel
    from debt.services import history_jobs
    from roadmaps.models import ForecastRun, Objective
    from tradeoffs import services as decisions
    from tradeoffs.import_services import IMPORT, Source, import_records
    from tradeoffs.models import (
        Amendment,
        Decision,
        DecisionLink,
        Firing,
        LookBack,
        Review,
        Reviewer,
        StatusWord,
        Supersession,
    )

    first, second = make_item(team=team), make_item(team=team)
    estimate = roadmap.estimate_item(first, by=ada, p10_days=1, p50_days=2, p90_days=4)
    link = roadmap.link_items(first, second, by=ada)
    template = roadmap.create_template(product, by=ada, kind="quality", sentence="It is tested")
    check = roadmap.add_check(first, by=mel, kind="security", sentence="Reviewed")
    settings.MEDIA_ROOT = tmp_path
    shown = ContentFile(b"seen", name="seen.txt")
    piece = roadmap.add_evidence(check, by=mel, file=shown)
    objective = roadmap.create_objective(product, by=ada, title="Fast")
    roadmap.refresh_forecast(product.pk)
    baseline = roadmap.commit_baseline(product, by=ada, name="Q1")
    run = ForecastRun.objects.get()
    roadmap.set_sharing(product, by=lena, who="planner", version=None)
    shared, share_token = roadmap.share_plan(
        product, by=ada, name="Board", shows=["timeline", "calendar"], tells=["dates"],
        expires_on=run.as_of,
    )  # fmt: skip
    component = Component.objects.create(key="rails", name="Rails", owner_team=team)
    component.products.set([product])
    owed = debt.log_debt_item(product, by=mel, title="Retries by hand", paths=["a.py"])
    before = debt.log_debt_item(product, by=mel, title="No contract tests")
    need = debt.add_need(owed, by=mel, needed=before)
    settings.HISTORY_REPOSITORIES = [(product.key, "", tmp_path / "code.git")]
    text = b"[abc1] Ann 2026-01-01 x\n1\t1\ta.py\n"
    mined = debt.read_log(product, BytesIO(text), by=None, repository="code")
    owners = debt.give_owners(product, by=ada, repository="code", text="* @acme/pay")
    called = debt.say_owner_name(product, by=ada, name="@acme/pay", team=team, person=None)
    decision = decisions.draft_decision(product, by=mel, title="Which bus?")
    option = decisions.add_option(decision, by=mel, name="Outbox")
    criterion = decisions.add_criterion(decision, by=mel, name="Ease")
    older = decisions.draft_decision(product, by=mel, title="Which queue?")
    replaces = Supersession.objects.create(old=older, new=decision, by=mel)
    reviewer = Reviewer.objects.create(decision=decision, person=root.person, asked_by=mel)
    objection = Review.objects.create(
        decision=decision, by=root, verdict="object", reason="No", decision_version=1
    )
    amendment = Amendment.objects.create(
        decision=decision, section="context", old="", new="x", reason="y", by=root
    )
    anchor = decisions.comment_at(decision, by=root, body="Hm", section="context")
    effect = decisions.add_consequence(decision, by=mel, kind="bad", text="It polls")
    said = decisions.add_prediction(
        decision, by=mel, text="It is fast", due_on=run.as_of, chance=0.5
    )
    trigger = decisions.add_trigger(decision, by=mel, kind="assumption", text="One network")
    firing = Firing.objects.create(trigger=trigger, fired_at=timezone.now(), says="So")
    looked = LookBack.objects.create(decision=decision, by=root, happened="So", again="yes")
    Product.objects.filter(pk=product.pk).update(is_sample=True)
    somebody = team.memberships.first().person
    day = workspace.add_absence(somebody, by=lena, starts_on=run.as_of, ends_on=run.as_of)
    closed = CalendarEntry.objects.create(
        team=team, name="Day", starts_on=run.as_of, ends_on=run.as_of
    )
    policy = policies.set_policy(
        team, by=lena, starts_on=run.as_of, debt_share=0.2, unplanned_share=0.1
    )
    comment = comments.comment_on(first, by=root, body="Hm")
    with operations.recorded(product, by=root, words="First is another") as done:
        roadmap.edit_item(first, by=root, version=None, description="Another")
    scenario = roadmap.create_scenario(product, by=root, name="Two more")
    roadmap.edit_scenario(scenario, by=root, version=None, shared=True)
    change = roadmap.add_change(
        scenario, by=root, asked={"do": "people", "team": team.slug, "people": 2}
    )
    token, _ = tokens.make_token(root, name="t", may_write=True)
    job = jobs.create("forecast", "Forecast", product=product, by=ada)
    made = jobs.create("import", "Import", product=product, by=ada)
    ordered = jobs.create("order", "New order", product=product, by=ada)
    jobs.end(ordered.pk, Job.State.DONE, {"displaced": 0})
    roadmap.set_formula(product, by=root, version=0, method="rice")
    proposed = jobs.create("proposals", "Orders", product=product, by=ada)
    jobs.end(proposed.pk, Job.State.DONE, {"proposals": []})
    settings.DATA_DIR = tmp_path
    content = [b"Key,Title\nA-1,Import me\n"]
    here = {"product_key": product.key, "judge": check_size}
    upload = uploads.store(content, name="a.csv", by=ada, **here)
    table = uploads.store(content, name="debt.csv", by=ada, **here)
    reports.file_of(made.pk, "problems").write_text("row,problem\n")
    record = b"# 1. A\n\n## Status\n\nAccepted\n"
    import_records(product, Source("adr", [("0001-a.md", record)]), by=lena)
    leans = DecisionLink.objects.create(decision=decision, to=Decision.objects.get(imported=True))
    recorded = uploads.store([record], name="0001-a.md", by=lena, **here)
    read = jobs.create(IMPORT, "Records", product=product, by=lena)
    scope = ScanScope.objects.create(product=product, component=component, tool="Lint")
    scan = Scan.objects.create(
        scope=scope, product=product, by=mel, batch=uuid.uuid4(), state=Scan.State.DONE
    )
    finding = Finding.objects.create(product=product, scope=scope, rule="R1", component=component)
    logged = uploads.store([b"[aaaaaaa] Ann 2026-01-01 x\n"], name="log.txt", by=ada, **here)
    history_jobs.start_preview(product, logged, by=ada, repository="code", component=None)
    effort = RuleEffort.objects.create(product=product, rule="R1", minutes=30)
    scanned = jobs.create("scan", "Scan", product=product, by=mel)
    badge, badge_token = make_badge(
        product, by=root, component=None, expires_on=timezone.localdate()
    )
    tabled = jobs.create("debt import", "Table", product=product, by=ada)
    subject = {"label": history.subject_type(first), "subject_id": first.pk}
    assert Objective.objects.get() == objective
    view = SHELF.save(product, by=root, name="Mine", page="list", query="", shared=True)
    kept = DECISIONS.save(product, by=root, name="Mine", page="list", query="", shared=True)
    debt_view = REGISTER.save(product, by=root, name="Mine", page="register", query="", shared=True)
    return {
        "": {},
        "reset": {"uidb36": "a", "key": "b-c"},
        "word": {"key": "abc"},
        "product": {"key": product.key},
        "item": {"key": first.key},
        "item cell": {"key": first.key, "name": "owner"},
        "item input": {"key": first.key, "name": "reach"},
        "proposals": {"key": product.key, "pk": proposed.pk},
        "proposals id": {"pk": proposed.pk},
        "debt": {"key": owed.key},
        "debt cell": {"key": owed.key, "name": "owner"},
        "decision": {"key": decision.key},
        "option": {"key": decision.key, "pk": option.pk},
        "criterion": {"key": decision.key, "pk": criterion.pk},
        "reviewer": {"key": decision.key, "pk": reviewer.pk},
        "reviewer person": {"key": decision.key, "part": reviewer.person_id},
        "option part": {"key": decision.key, "part": option.pk},
        "criterion part": {"key": decision.key, "part": criterion.pk},
        "objection": {"key": decision.key, "pk": objection.pk},
        "section": {"key": decision.key, "name": "context"},
        "amendment": {"key": decision.key, "pk": amendment.pk},
        "anchor": {"key": decision.key, "pk": anchor.pk},
        "consequence": {"key": decision.key, "pk": effect.pk},
        "consequence id": {"pk": effect.pk},
        "prediction id": {"pk": said.pk},
        "trigger id": {"pk": trigger.pk},
        "firing id": {"pk": firing.pk},
        "look back id": {"pk": looked.pk},
        "prediction": {"key": decision.key, "pk": said.pk},
        "trigger": {"key": decision.key, "pk": trigger.pk},
        "firing": {"key": decision.key, "pk": firing.pk},
        "replacement": {"key": decision.key, "pk": replaces.pk},
        "cell": {"key": decision.key, "option_pk": option.pk, "criterion_pk": criterion.pk},
        "history run": {"key": product.key, "pk": mined.pk},
        "rule effort id": {"pk": effort.pk},
        "history run id": {"pk": mined.pk},
        "owners id": {"pk": owners.pk},
        "owner name id": {"pk": called.pk},
        "log": {"key": product.key, "token": logged.token},
        "debt need": {"key": owed.key, "pk": need.pk},
        "debt need key": {"key": owed.key, "needed": before.key},
        "debt evidence key": {"key": owed.key, "piece": Evidence.objects.first().pk},
        "debt view id": {"pk": debt_view.pk},
        "score model": {"number": ScoreModel.objects.first().number},
        "evidence": {"key": owed.key, "pk": Evidence.objects.first().pk},
        "template": {"key": product.key, "pk": template.pk},
        "check": {"key": first.key, "number": check.number},
        "check piece": {"key": first.key, "number": check.number, "pk": piece.pk},
        "check id": {"pk": check.pk},
        "objective": {"key": product.key, "pk": objective.pk},
        "baseline": {"key": product.key, "pk": baseline.pk},
        "slip": {"key": product.key, "of": first.key},
        "run": {"key": product.key, "pk": run.pk},
        "run id": {"pk": run.pk},
        "view": {"key": product.key, "pk": view.pk},
        "decision view": {"key": product.key, "pk": kept.pk},
        "decision view id": {"pk": kept.pk},
        "debt view": {"key": product.key, "pk": debt_view.pk},
        "share link": {"key": product.key, "pk": shared.pk},
        "share token": {"token": share_token},
        "badge token": {"token": badge_token},
        "badge id": {"pk": badge.pk},
        "badge": {"key": product.key, "pk": badge.pk},
        "link": {"key": second.key, "pk": link.pk},
        "link id": {"pk": link.pk},
        "estimate": {"pk": estimate.pk},
        "team": {"slug": team.slug},
        "share": {"pk": team.shares.get().pk},
        "membership": {"pk": team.memberships.first().pk},
        "calendar": {"pk": closed.pk},
        "policy": {"pk": policy.pk},
        "component": {"key": component.key},
        "person": {"pk": somebody.pk},
        "absence": {"pk": day.pk},
        "scenario": {"key": product.key, "pk": scenario.pk},
        "scenario kind": {"key": product.key, "pk": scenario.pk, "do": "drop"},
        "scenario change": {"key": product.key, "pk": scenario.pk, "change_pk": change.pk},
        "operation": {"key": product.key, "pk": done.operation.pk},
        "operation id": {"pk": done.operation.pk},
        "token": {"pk": token.pk},
        "comment": {"pk": comment.pk},
        "job": {"pk": job.pk},
        "order job": {"key": product.key, "pk": ordered.pk},
        "import job": {"key": product.key, "pk": made.pk},
        "import file": {"key": product.key, "pk": made.pk, "name": "problems"},
        "scan": {"key": product.key, "pk": scan.pk},
        "scan id": {"pk": scan.pk},
        "scan work": {"job": scanned.pk},
        "scan job": {"key": product.key, "pk": scanned.pk},
        "debt table id": {"pk": tabled.pk},
        "debt table job": {"key": product.key, "pk": tabled.pk},
        "finding id": {"pk": finding.pk},
        "upload": {"key": product.key, "token": upload.token},
        "table": {"key": product.key, "token": table.token},
        "records": {"key": product.key, "token": recorded.token},
        "records job": {"key": product.key, "pk": read.pk},
        "imported": {"key": Decision.objects.get(imported=True).key},
        "decision link": {"key": decision.key, "pk": leans.pk},
        "status word": {"pk": StatusWord.objects.first().pk},
        "subject": subject,
    }


def expected(role: str, word: str) -> str:
    """What a role gets for a word of RULES."""
    if word == "open":
        return ALLOWED
    if word == "gone":
        return HIDDEN
    if role == "anonymous":
        return SIGN_IN
    if word in ("any", "api any"):
        return ALLOWED
    if word == "pair":
        return HIDDEN  # without two keys there is nothing to compare
    if role == "admin":
        return ALLOWED
    if word == "own":
        return HIDDEN  # the administrator made the token and the comment
    if word == "own or lead":
        return ALLOWED if role == "lead" else HIDDEN  # the administrator made it, for everybody
    if word == "admin":
        return REFUSED
    if word == "some lead":
        return ALLOWED if role in ("lead", "outsider") else REFUSED
    if word == "refused keys":
        return ALLOWED  # an empty body: 400 with the sentence
    if role == "outsider":
        return HIDDEN
    if word in ("admin of it", "own scenario"):
        return REFUSED  # the administrator made the scenario
    if word == "team":
        return ALLOWED
    ability = "set_capacity" if word == "team lead" else word
    return ALLOWED if RANK[role] >= RANK[ABILITIES[ability]] else REFUSED


def outcome(response) -> str:
    if response.status_code in (401,) or "/accounts/login/" in response.headers.get("Location", ""):
        return SIGN_IN
    if response.status_code == 403:
        return REFUSED
    if response.status_code == 404:
        return HIDDEN
    if response.status_code == 405:
        return "no such method"
    return ALLOWED if response.status_code < 500 or response.status_code == 503 else "broken"


def routes(resolver=None, namespace: str = ""):
    """(name, is it of the API) of every route."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if hasattr(pattern, "url_patterns"):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from routes(pattern, inner)
        else:
            yield f"{namespace}{pattern.name}"


def test_every_route_says_who_may():
    assert set(routes()) - set(RULES) == set()


def test_the_rules_name_no_route_that_is_gone():
    assert set(RULES) - set(routes()) == set()


PARTS = 4
"""Of the rules, so that several processes can share them."""


@pytest.mark.parametrize("part", range(PARTS))
def test_each_role_gets_what_it_may(part, world, vic, mel, ada, lena, root, grace):
    people = dict(zip(ROLES, [None, grace, vic, mel, ada, lena, root], strict=True))
    browsers = {role: signed_in(user) for role, user in people.items()}
    wrong = []
    for name, rule in list(RULES.items())[part::PARTS]:
        url = reverse(name, kwargs=world[rule.args])
        # Who names a record in a body names the one of this database.
        body = {
            key: world[value]["pk"] if str(value).endswith(" id") else value
            for key, value in rule.body.items()
        }
        for method, word in rule.methods().items():
            allowed = [role for role in ROLES if expected(role, word) == ALLOWED]
            whole = {*allowed[:1], "admin"}
            for role in people:
                with transaction.atomic(), nullcontext() if role in whole else bare_pages():
                    got = ask(browsers[role](), method, url, body)
                    transaction.set_rollback(True)
                if got != expected(role, word):
                    wrong.append(f"{method.upper()} {name} as {role}: {got}, not {word}")
    assert not wrong, "\n" + "\n".join(wrong)


def bare_pages():
    """Pages without their words.

    The role with the fewest rights that gets a page, and the administrator, get it whole. Of the
    others only whether they get it is asked, and no template decides that.
    """
    return patch.object(Template, "render", lambda *_, **__: "")


def signed_in(user: User | None):
    """What makes browsers of somebody, each as it was after signing in once."""
    first = Client(raise_request_exception=False)
    if user is not None:
        first.force_login(user)

    def make() -> Client:
        browser = Client(raise_request_exception=False)
        browser.cookies = copy(first.cookies)
        return browser

    return make


def ask(browser: Client, method: str, url: str, body: dict) -> str:
    api = url.startswith("/api/")
    sent = {} if method == "get" else {"data": body}
    if method != "get" and (api or method != "post"):
        sent["content_type"] = "application/json"
    response = getattr(browser, method)(url, **sent)
    if api and not browser.cookies and response.status_code == 403:
        return SIGN_IN
    return outcome(response)


def test_an_outsider_of_every_product_sees_no_product_at_all(make_user, product):
    stranger = make_user("Stranger")
    browser = Client()
    browser.force_login(stranger)
    assert browser.get("/").status_code == 200
    assert not Role.objects.filter(person=Person.objects.get(user=stranger)).exists()
    assert "Payments" not in browser.get(reverse("tpm:product-list")).content.decode()
