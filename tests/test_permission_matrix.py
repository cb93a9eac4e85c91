"""Every address and every API operation, for every role, in one's own product and in another's.

A route that is missing from RULES fails the first test: whoever adds a page says here who may.
"""

import uuid
from contextlib import nullcontext
from copy import copy
from dataclasses import dataclass, field
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
from tpm import comments, history, jobs, operations, policies, tokens, uploads
from tpm import services as workspace
from tpm.models import CalendarEntry, Component, Job, Person, Product, Role, User
from tpm.roles import ABILITIES, RANK
from tradeoffs.views.saved import SHELF as DECISIONS

ALLOWED, HIDDEN, REFUSED, SIGN_IN = "allowed", "404", "403", "sign in"
ROLES = ["anonymous", "outsider", "viewer", "member", "planner", "lead", "admin"]


@dataclass(frozen=True)
class Rule:
    """Who may: each method names an ability, or a word of `expected`; None: no such method."""

    args: str = ""
    get: str | None = None
    post: str | None = None
    patch: str | None = None
    put: str | None = None
    delete: str | None = None
    body: dict = field(default_factory=dict)

    def methods(self) -> dict[str, str]:
        every = ("get", "post", "patch", "put", "delete")
        return {name: getattr(self, name) for name in every if getattr(self, name)}


def page(args: str, get: str | None = "view", post: str | None = None, **more) -> Rule:
    return Rule(args, get, post, **more)


RULES: dict[str, Rule] = {
    # open to everybody
    "healthz": Rule(get="open"),
    "readyz": Rule(get="open"),
    "robots": Rule(get="open"),
    "roadmaps:shared": Rule("share token", get="open"),
    "roadmaps:shared-svg": Rule("share token", get="open"),
    "roadmaps:shared-calendar": Rule("share token", get="open"),
    "tpm:start": Rule(get="any"),
    "tpm:help": Rule(get="open"),
    "account_login": Rule(get="open", post="open"),
    "account_logout": Rule(get="open", post="open"),
    "account_inactive": Rule(get="open"),
    "account_signup": Rule(get="open"),
    "account_reset_password": Rule(get="open"),
    "account_reset_password_done": Rule(get="open"),
    "account_reset_password_from_key": Rule("reset", get="open"),
    "account_reset_password_from_key_done": Rule(get="open"),
    "account_confirm_email": Rule("word", get="open"),
    "account_confirm_login_code": Rule(get="any"),
    "account_email_verification_sent": Rule(get="open"),
    # gone once there are users
    "tpm:first-run": Rule(get="gone", post="gone"),
    # one's own
    "account_email": Rule(get="any"),
    "account_change_password": Rule(get="any"),
    "account_set_password": Rule(get="any"),
    "account_reauthenticate": Rule(get="any"),
    "tpm:search": Rule(get="any"),
    "tpm:preferences": Rule(get="any", post="any"),
    "tpm:theme-set": Rule(post="any"),
    "tpm:token-list": Rule(get="any", post="any"),
    "tpm:token-revoke": Rule("token", post="own"),
    "tpm:comment-edit": Rule("comment", get="own", post="own"),
    # the workspace
    "tpm:settings": Rule(get="any"),
    "tpm:product-list": Rule(get="any"),
    "tpm:product-create": Rule(get="admin", post="admin"),
    "tpm:team-list": Rule(get="any"),
    "tpm:team-create": Rule(get="some lead", post="some lead"),
    "tpm:team-detail": Rule("team", get="team", post="team lead"),
    "tpm:team-share": Rule("team", get="team lead", post="team lead"),
    "tpm:member-add": Rule("team", get="team lead", post="team lead"),
    "tpm:holidays-add": Rule("team", get="team lead", post="team lead"),
    "tpm:calendar-add": Rule("team", get="team lead", post="team lead"),
    "tpm:policy-set": Rule("team", get="team lead", post="team lead"),
    "tpm:policy-remove": Rule("policy", post="team lead"),
    "tpm:calendar-remove": Rule("calendar", post="team lead"),
    "tpm:member-end": Rule("membership", post="team lead"),
    "tpm:team-share-end": Rule("share", post="set_capacity"),
    "tpm:person-list": Rule(get="any"),
    "tpm:person-create": Rule(get="admin", post="admin"),
    "tpm:person-detail": Rule("person", get="view", post="admin of it"),
    "tpm:person-account": Rule("person", get="admin", post="admin"),
    "tpm:account-close": Rule("person", get="admin", post="admin"),
    "tpm:absence-add": Rule("person", get="set_capacity", post="set_capacity"),
    "tpm:absence-remove": Rule("absence", post="set_capacity"),
    "tpm:component-list": Rule(get="any"),
    "tpm:component-create": Rule(get="some lead", post="some lead"),
    "tpm:component-detail": Rule("component", get="view", post="set_capacity"),
    "tpm:history-all": Rule(get="any"),
    "tpm:job-list": Rule(get="any"),
    "tpm:job-detail": page("job"),
    "tpm:job-cancel": page("job", None, "plan"),
    # a product
    "tpm:home": page("product"),
    "tpm:home-seen": page("product", None, "view"),
    "tpm:undo": page("product", None, "view"),
    "tpm:redo": page("product", None, "view"),
    "tpm:undo-one": Rule("operation", post="own"),
    "tpm:product-settings": page("product", "view", "set_capacity"),
    "tpm:role-set": page("product", None, "admin of it"),
    "tpm:product-purge": page("product", "admin of it", "admin of it"),
    "tpm:sample-remove": page("product", "remove_sample", "remove_sample"),
    "tpm:history-list": page("product"),
    "tpm:comment-create": page("subject", None, "comment"),
    "tpm:people": page("product", "comment"),
    "tpm:mentions-read": page("product", None, "view"),
    # the roadmap
    "roadmaps:baseline-list": page("product"),
    "roadmaps:baseline-create": page("product", "commit_baseline", "commit_baseline"),
    "roadmaps:scope-compare": page("product", "view", "view"),
    "roadmaps:baseline-detail": page("baseline"),
    "roadmaps:slip-log": page("product"),
    "roadmaps:slip-days": page("product", None, "plan"),
    "roadmaps:slip-export": page("product"),
    "roadmaps:slip-reason": page("slip", "plan", "plan"),
    "roadmaps:forecast-detail": page("product"),
    "roadmaps:capacity-detail": page("product"),
    "roadmaps:calibration": page("product"),
    "roadmaps:forecast-freshness": page("product"),
    "roadmaps:forecast-recompute": page("product", None, "plan"),
    "roadmaps:order-new": page("product", None, "plan"),
    "roadmaps:order-report": page("order job"),
    "roadmaps:order-keep": page("order job", None, "plan"),
    "roadmaps:forecast-run": page("run"),
    "roadmaps:item-detail": page("item"),
    "roadmaps:item-dates": page("item"),
    "roadmaps:item-cell": page("item cell", "plan", "plan"),
    "roadmaps:item-why": page("item"),
    "roadmaps:item-complexity": page("item"),
    "roadmaps:timeline": page("product"),
    "roadmaps:scenario-list": page("product", "view", "scenario"),
    "roadmaps:scenario-detail": page("scenario"),
    "roadmaps:scenario-edit": Rule("scenario", get="own scenario", post="own scenario"),
    "roadmaps:scenario-change": Rule("scenario kind", get="own scenario", post="own scenario"),
    "roadmaps:scenario-unchange": Rule("scenario change", post="own scenario"),
    "roadmaps:scenario-delete": Rule("scenario", post="own scenario"),
    "roadmaps:scenario-apply": page("scenario", None, "plan"),
    "roadmaps:timeline-change": page("product", None, "plan"),
    "roadmaps:timeline-preview": page("product", "plan"),
    "roadmaps:timeline-svg": page("product"),
    "roadmaps:timeline-print": page("product"),
    "roadmaps:calendar": page("product"),
    "roadmaps:share": page("product", "share", "share"),
    "roadmaps:share-revoke": page("share link", None, "share"),
    "roadmaps:sharing-set": page("product", None, "set_sharing"),
    "roadmaps:item-edit": page("item", "plan", "plan"),
    "roadmaps:item-estimate": page("item", "estimate", "estimate"),
    "roadmaps:item-link": page("item", "plan", "plan"),
    "roadmaps:item-move": page("item", "plan", "plan"),
    "roadmaps:item-teams": page("item", "plan", "plan"),
    "roadmaps:item-rank": page("item", None, "plan"),
    "roadmaps:item-unlink": page("link", None, "plan"),
    "roadmaps:item-list": page("product"),
    "roadmaps:item-add": page("product", "view", "plan"),
    "roadmaps:item-bulk": page("product", "view", "plan"),
    "roadmaps:item-export": page("product"),
    "roadmaps:item-export-json": page("product"),
    "roadmaps:item-export-xlsx": page("product"),
    "roadmaps:item-keys": page("product"),
    "roadmaps:item-paste": page("product", "plan", "plan"),
    "roadmaps:item-create": page("product", "plan", "plan"),
    "roadmaps:objective-list": page("product"),
    "roadmaps:objective-create": page("product", "plan", "plan"),
    "roadmaps:objective-detail": page("objective"),
    "roadmaps:objective-close": page("objective", None, "plan"),
    "roadmaps:objective-edit": page("objective", "plan", "plan"),
    "roadmaps:board": page("product"),
    "roadmaps:board-move": Rule("product", post="plan", body={"to": "PAY-1:1:done"}),
    "roadmaps:view-list": page("product", "view", "view"),
    "roadmaps:view-edit": Rule("view", get="own", post="own"),
    "roadmaps:view-drop": Rule("view", post="own or lead"),
    "roadmaps:view-default": page("view", None, "view"),
    "roadmaps:check-list": page("product"),
    "roadmaps:check-template-list": page("product"),
    "roadmaps:check-template-create": page("product", "plan", "plan"),
    "roadmaps:check-template-edit": page("template", "plan", "plan"),
    "roadmaps:check-template-retire": page("template", None, "plan"),
    "roadmaps:check-create": page("item", "check", "check"),
    "roadmaps:check-apply": page("item", None, "check"),
    "roadmaps:check-detail": page("check"),
    "roadmaps:check-edit": page("check", "plan", "plan"),
    "roadmaps:check-evidence": page("check", "check", "check"),
    "roadmaps:check-except": page("check", "except_check", "except_check"),
    "roadmaps:check-drop": page("check", "except_check", "except_check"),
    "roadmaps:check-evidence-withdraw": page("check piece", "check", "check"),
    "roadmaps:check-evidence-file": page("check piece"),
    "roadmaps:priorities": page("product"),
    "roadmaps:priorities-fresh": page("product"),
    "roadmaps:priority-formula": page("product", "plan", "plan"),
    "roadmaps:priority-pair": page("product"),
    "roadmaps:item-priority": page("item"),
    "roadmaps:item-input": page("item input", "estimate", "estimate"),
    "roadmaps:item-value": page("item", "plan", "plan"),
    "roadmaps:objective-value": page("objective", "plan", "plan"),
    "roadmaps:proposals-new": page("product", "view", "plan"),
    "roadmaps:proposals": page("proposals"),
    "roadmaps:proposals-take": Rule("proposals", post="plan", body={"name": "value"}),
    "roadmaps:proposals-try": Rule("proposals", post="scenario", body={"name": "value"}),
    "roadmaps:import-new": page("product", "import", "import"),
    "roadmaps:import-preview": page("upload", "import", "import"),
    "roadmaps:import-discard": page("upload", None, "import"),
    "roadmaps:import-report": page("import job", "import"),
    "roadmaps:import-undo": page("import job", None, "import"),
    "roadmaps:import-file": page("import file", "import"),
    # debt
    "debt:item-list": page("product"),
    "debt:item-create": page("product", "log_debt", "log_debt"),
    "debt:line-preview": page("product", "log_debt"),
    "debt:item-export": page("product"),
    "debt:item-bulk": page("product", "view", "log_debt"),
    "debt:badge": Rule("badge token", get="open"),
    "debt:badge-list": page("product", "share", "share"),
    "debt:badge-revoke": page("badge", None, "share"),
    "debt:csv-new": page("product", "import", "import"),
    "debt:csv-preview": page("table", "import", "import"),
    "debt:csv-discard": page("table", None, "import"),
    "debt:csv-report": page("debt table job", "import"),
    "debt:csv-undo": page("debt table job", None, "import"),
    "debt:view-list": page("product", "view", "view"),
    "debt:view-edit": Rule("debt view", get="own", post="own"),
    "debt:view-default": page("debt view", None, "view"),
    "debt:view-drop": Rule("debt view", post="own or lead"),
    "debt:totals-why": page("product"),
    "debt:map": page("product"),
    "debt:history": page("product", "view", "read_history"),
    "debt:history-preview": page("log", "read_history", "read_history"),
    "debt:history-discard": page("log", None, "read_history"),
    "debt:history-read": Rule("product", post="read_history", body={"name": "code"}),
    "debt:history-undo": page("history run", None, "read_history"),
    "debt:trend": page("product"),
    "debt:payoff": page("product", "view", "plan", body={"budget": "5"}),
    "debt:item-answer": page("product", None, "log_debt", body={"answer": "PAY-D1|team|rails"}),
    "debt:model-detail": Rule(get="any"),
    "debt:scan-list": page("product", "view", "log_debt"),
    "debt:scan-preview": page("upload", "log_debt", "log_debt"),
    "debt:scan-discard": page("upload", None, "log_debt"),
    "debt:scan-report": page("scan job", "log_debt"),
    "debt:scan-undo": page("scan job", None, "log_debt"),
    "debt:scan-detail": page("scan"),
    "debt:effort-list": page("product", "view", "plan", body={"rule": "R1", "version": "0"}),
    "debt:scan-act": page("scan", None, "log_debt"),
    "debt:suggestion-accept": page("product", None, "log_debt"),
    "debt:suggestion-dismiss": page("product", "accept_debt", "accept_debt"),
    "debt:finding-list": page("product"),
    "debt:item-detail": page("debt"),
    "debt:item-slows": page("debt"),
    "debt:item-tap": page("debt", None, "log_debt"),
    "debt:item-tap-undo": page("debt", None, "log_debt"),
    "debt:evidence-line": page("debt", None, "log_debt", body={"line": "Loops"}),
    "debt:worth": page("product"),
    "debt:item-inputs": page("debt"),
    "debt:item-cell": page("debt cell", "log_debt", "log_debt"),
    "debt:item-needs": page("debt", "log_debt", "log_debt"),
    "debt:need-remove": page("debt need", None, "log_debt"),
    "debt:item-edit": page("debt", "log_debt", "log_debt"),
    "debt:item-interest": page("debt", "log_debt", "log_debt"),
    "debt:item-confirm": page("debt", None, "log_debt"),
    "debt:item-principal": page("debt", "log_debt", "log_debt"),
    "debt:item-plan": page("debt", "plan", "plan"),
    "debt:item-accept": page("debt", "accept_debt", "accept_debt"),
    "debt:item-pay": page("debt", "log_debt", "log_debt"),
    "debt:item-write-off": page("debt", "accept_debt", "accept_debt"),
    "debt:item-not-debt": page("debt", "accept_debt", "accept_debt"),
    "debt:item-reopen": page("debt", "log_debt", "log_debt"),
    "debt:evidence-add": page("debt", None, "log_debt"),
    "debt:evidence-remove": page("evidence", None, "log_debt"),
    # decisions
    "tradeoffs:decision-list": page("product"),
    "tradeoffs:decision-create": page("product", "draft_decision", "draft_decision"),
    "tradeoffs:decision-detail": page("decision"),
    "tradeoffs:decision-export": page("decision"),
    "tradeoffs:decision-edit": page("decision", "draft_decision", "draft_decision"),
    "tradeoffs:decision-links": page("decision", "draft_decision", "draft_decision"),
    "tradeoffs:replacement-remove": page("replacement", None, "draft_decision"),
    "tradeoffs:decision-submit": page("decision", "draft_decision", "draft_decision"),
    "tradeoffs:decision-review": page("decision", "view", "decide"),
    "tradeoffs:decision-history": page("decision"),
    "tradeoffs:review-inbox": page("product"),
    "tradeoffs:review-plan": page("decision", "draft_decision", "draft_decision"),
    "tradeoffs:reviewer-excuse": page("reviewer", None, "draft_decision"),
    "tradeoffs:objection-withdrawn": page("objection", "draft_decision", "draft_decision"),
    "tradeoffs:objection-overruled": page("objection", "decide", "decide"),
    "tradeoffs:decision-accept": page("decision", "decide", "decide"),
    "tradeoffs:decision-scoring": page("decision", "view", "draft_decision"),
    "tradeoffs:round-open": page("decision", "draft_decision", "draft_decision"),
    "tradeoffs:round-take": page("decision", None, "draft_decision"),
    "tradeoffs:section-edit": page("section", "draft_decision", "draft_decision"),
    "tradeoffs:section-draft": page("section", None, "draft_decision"),
    "tradeoffs:amendment-create": page("section", "draft_decision", "draft_decision"),
    "tradeoffs:amendment-judge": page("amendment", None, "draft_decision"),
    "tradeoffs:comment-at": page("decision", None, "comment"),
    "tradeoffs:comment-settle": page("anchor", None, "comment"),
    "tradeoffs:decision-withdraw": page("decision", "draft_decision", "draft_decision"),
    "tradeoffs:decision-deprecate": page("decision", "decide", "decide"),
    "tradeoffs:decision-reopen": page("decision", "draft_decision", "draft_decision"),
    "tradeoffs:decision-matrix": page("decision"),
    "tradeoffs:matrix-csv": page("decision"),
    "tradeoffs:matrix-fill": page("decision", "draft_decision", "draft_decision"),
    "tradeoffs:matrix-refresh": page("decision", None, "draft_decision"),
    "tradeoffs:pugh-fill": page("decision", None, "draft_decision"),
    "tradeoffs:decision-robustness": page("decision"),
    "tradeoffs:robustness-preview": page("decision", None, "view"),
    "tradeoffs:robustness-reproduce": page("decision"),
    "tradeoffs:option-create": page("decision", "draft_decision", "draft_decision"),
    "tradeoffs:option-edit": page("option", "draft_decision", "draft_decision"),
    "tradeoffs:criterion-create": page("decision", "draft_decision", "draft_decision"),
    "tradeoffs:criterion-edit": page("criterion", "draft_decision", "draft_decision"),
    "tradeoffs:weights-edit": page("decision", "draft_decision", "draft_decision"),
    "tradeoffs:score-edit": page("cell", "draft_decision", "draft_decision"),
    "tradeoffs:import-new": page("product", "import_decisions", "import_decisions"),
    "tradeoffs:import-preview": page("records", "import_decisions", "import_decisions"),
    "tradeoffs:import-discard": page("records", None, "import_decisions"),
    "tradeoffs:import-report": page("records job", "import_decisions"),
    "tradeoffs:import-undo": page("records job", None, "import_decisions"),
    "tradeoffs:export-page": page("product"),
    "tradeoffs:export-zip": page("product"),
    "tradeoffs:decision-copy": page("decision"),
    "tradeoffs:decision-relate": page("decision", "draft_decision", "draft_decision"),
    "tradeoffs:decision-unrelate": page("decision link", None, "draft_decision"),
    "tradeoffs:decision-relied": page("decision", None, "draft_decision"),
    "tradeoffs:decision-bulk": page("product", "view", "view"),
    "tradeoffs:view-list": page("product", "view", "view"),
    "tradeoffs:view-edit": Rule("decision view", get="own", post="own"),
    "tradeoffs:view-default": page("decision view", None, "view"),
    "tradeoffs:view-drop": Rule("decision view", post="own or lead"),
    "tradeoffs:decision-involved": page("decision", "draft_decision", "draft_decision"),
    "tradeoffs:told-seen": page("decision", None, "view"),
    "tradeoffs:decision-similar": page("product"),
    "tradeoffs:decision-graph": page("product"),
    "tradeoffs:status-word-list": Rule(get="any", post="admin"),
    "tradeoffs:status-word-edit": Rule("status word", get="admin", post="admin"),
    "tradeoffs:look-again": page("product"),
    "tradeoffs:calibration": page("product"),
    "tradeoffs:decision-consequences": page("decision"),
    "tradeoffs:consequence-create": page("decision", "draft_decision", "draft_decision"),
    "tradeoffs:consequence-edit": page("consequence", "draft_decision", "draft_decision"),
    "tradeoffs:consequence-item": page("consequence", None, "plan"),
    "tradeoffs:consequence-decision": page("consequence", None, "draft_decision"),
    "tradeoffs:consequence-accept": page("consequence", "decide", "decide"),
    "tradeoffs:decision-follow-up": page("decision"),
    "tradeoffs:look-back": page("decision", "draft_decision", "draft_decision"),
    "tradeoffs:prediction-create": page("decision", "draft_decision", "draft_decision"),
    "tradeoffs:prediction-edit": page("prediction", "draft_decision", "draft_decision"),
    "tradeoffs:prediction-check": page("prediction", "draft_decision", "draft_decision"),
    "tradeoffs:trigger-create": page("decision", "draft_decision", "draft_decision"),
    "tradeoffs:trigger-remove": page("trigger", None, "draft_decision"),
    "tradeoffs:trigger-false": page("trigger", "draft_decision", "draft_decision"),
    "tradeoffs:firing-reaffirm": page("firing", "draft_decision", "draft_decision"),
    "tradeoffs:firing-revise": page("firing", None, "decide"),
    "debt:from-consequence": page("consequence", None, "log_debt"),
    # REST
    "api-schema": Rule(get="open"),
    "api-docs": Rule(get="open"),
    "item-list": Rule(get="api any", post="plan", body={"product": "PAY"}),
    "item-detail": Rule("item", get="view", patch="plan"),
    "item-move": Rule("item", post="plan"),
    "estimate-list": Rule(get="api any", post="estimate", body={"item": "PAY-1", "text": "3"}),
    "estimate-detail": Rule("estimate", get="view"),
    "link-list": Rule(get="api any", post="refused keys"),
    "link-detail": Rule("link id", get="view", delete="plan"),
    "check-list": Rule(get="api any", post="check", body={"item": "PAY-1"}),
    "check-detail": Rule("check id", get="view", patch="plan"),
    "check-evidence": Rule("check id", post="check"),
    "check-withdraw": Rule("check id", post="check"),
    "check-exception": Rule("check id", post="except_check"),
    "check-drop": Rule("check id", post="except_check"),
    "forecast-list": Rule(get="api any", post="plan", body={"product": "PAY"}),
    "forecast-detail": Rule("run id", get="view"),
    "priority-formula-detail": Rule("product", get="view", patch="plan"),
    "priority-input-list": Rule(
        get="api any", post="estimate", body={"item": "PAY-1", "name": "reach", "text": "3"}
    ),
    "value-curve-list": Rule(
        get="api any", post="plan", body={"item": "PAY-1", "kind": "linear", "amount": "3"}
    ),
    "ranking-list": Rule(get="api any"),
    "ranking-pair": Rule(get="pair"),
    "priority-order-list": Rule(post="plan", body={"product": "PAY"}),
    "priority-order-detail": Rule("proposals id", get="view"),
    "priority-order-take": Rule("proposals id", post="plan", body={"name": "value"}),
    "capacity-list": Rule(get="api any"),
    "capacity-policy-list": Rule(get="api any", post="refused keys"),
    "capacity-policy-detail": Rule("policy", get="team", delete="team lead"),
    "what-if-list": Rule(
        post="view", body={"product": "PAY", "changes": [{"do": "drop", "item": "PAY-1"}]}
    ),
    "decision-list": Rule(
        get="api any", post="draft_decision", body={"product": "PAY", "title": "Which?"}
    ),
    "decision-file-list": Rule(get="api any"),
    "decision-file-detail": Rule("imported", get="view"),
    "decision-record-detail": Rule("decision", get="view"),
    "decision-import-list": Rule(
        post="import_decisions",
        body={"product": "PAY", "collection": "a", "files": [{"path": "1-a.md", "text": "# A"}]},
    ),
    "decision-detail": Rule("decision", get="view", patch="draft_decision"),
    "decision-links": Rule("decision", put="draft_decision"),
    "decision-scores": Rule("decision", put="draft_decision"),
    "decision-weights": Rule("decision", put="draft_decision"),
    "decision-weighting": Rule("decision", put="draft_decision"),
    "decision-cells": Rule("decision", put="draft_decision"),
    "decision-bindings": Rule("decision", get="view", put="draft_decision"),
    "decision-robustness": Rule("decision", get="view"),
    "decision-preview": Rule("decision", post="view"),
    "decision-review": Rule("decision", post="decide"),
    "decision-standing": Rule("decision", get="view"),
    "decision-told": Rule("decision", get="view", put="draft_decision"),
    "decision-seen": Rule("decision", post="view"),
    "decision-view-list": Rule(get="api any", post="view", body={"product": "PAY", "name": "X"}),
    "decision-view-detail": Rule("decision view id", get="view", patch="own", delete="own or lead"),
    "decision-view-opens": Rule("decision view id", put="view"),
    "decision-review-plan": Rule("decision", put="draft_decision"),
    "decision-reviewers": Rule("decision", post="draft_decision"),
    "decision-withdraw": Rule("decision", post="draft_decision"),
    "decision-deprecate": Rule("decision", post="decide"),
    "decision-reopen": Rule("decision", post="draft_decision"),
    "decision-add-option": Rule("decision", post="draft_decision"),
    "decision-option": Rule("option part", patch="draft_decision", delete="draft_decision"),
    "decision-add-criterion": Rule("decision", post="draft_decision"),
    "decision-criterion": Rule("criterion part", patch="draft_decision", delete="draft_decision"),
    "decision-reviewer": Rule("reviewer person", delete="draft_decision"),
    "decision-accept": Rule("decision", post="decide"),
    "decision-objections": Rule("decision", post="draft_decision"),
    "decision-amendments": Rule("decision", get="view", post="draft_decision"),
    "decision-judge-amendment": Rule("decision", post="draft_decision"),
    "decision-section": Rule("decision", put="draft_decision"),
    "decision-rounds": Rule("decision", get="view", post="draft_decision"),
    "decision-ballot": Rule("decision", put="draft_decision"),
    "decision-take-scores": Rule("decision", post="draft_decision"),
    "decision-comments": Rule("decision", get="view", post="comment"),
    "decision-settle-comment": Rule("decision", post="comment"),
    "decision-versions": Rule("decision", get="view"),
    "decision-closings": Rule("decision", get="view"),
    "decision-submit": Rule("decision", post="draft_decision"),
    "consequence-list": Rule(
        get="api any", post="draft_decision", body={"decision": "PAY-A1", "text": "It polls"}
    ),
    "consequence-detail": Rule(
        "consequence id", get="view", patch="draft_decision", delete="draft_decision"
    ),
    "consequence-item": Rule("consequence id", post="plan"),
    "consequence-ask": Rule("consequence id", post="draft_decision"),
    "consequence-accept": Rule("consequence id", post="decide"),
    "prediction-list": Rule(
        get="api any",
        post="draft_decision",
        body={"decision": "PAY-A1", "text": "Fast", "due_on": "2030-01-01", "chance": 0.5},
    ),
    "prediction-detail": Rule("prediction id", get="view", delete="draft_decision"),
    "prediction-outcome": Rule("prediction id", put="draft_decision"),
    "revisit-trigger-list": Rule(
        get="api any",
        post="draft_decision",
        body={"decision": "PAY-A1", "kind": "date", "on_date": "2030-01-01"},
    ),
    "revisit-trigger-detail": Rule("trigger id", get="view", delete="draft_decision"),
    "revisit-trigger-declare-false": Rule("trigger id", post="draft_decision"),
    "fired-trigger-list": Rule(get="api any"),
    "fired-trigger-detail": Rule("firing id", get="view"),
    "fired-trigger-reaffirm": Rule("firing id", post="draft_decision"),
    "fired-trigger-revise": Rule("firing id", post="decide"),
    "look-back-list": Rule(get="api any", post="draft_decision", body={"decision": "PAY-A1"}),
    "look-back-detail": Rule("look back id", get="view"),
    "debt-payoff-detail": Rule("product", get="view"),
    "debt-payoff-plan": Rule("product", post="plan", body={"budget": "5", "items": ["PAY-D0"]}),
    "debt-trend-detail": Rule("product", get="view"),
    "debt-map-detail": Rule("product", get="view"),
    "decision-calibration-detail": Rule("product", get="view"),
    "history-run-list": Rule(get="api any", post="read_history", body={"product": "PAY"}),
    "history-run-detail": Rule("history run id", get="view"),
    "history-run-undo": Rule("history run id", post="read_history"),
    "deliberate-debt-list": Rule(post="log_debt", body={"consequence": "consequence id"}),
    "scan-list": Rule(get="api any", post="log_debt", body={"component": "rails"}),
    "scan-detail": Rule("scan id", get="view"),
    "scan-undo": Rule("scan id", post="log_debt"),
    "scan-job": Rule("scan work", get="view"),
    "rule-effort-list": Rule(get="api any", post="plan", body={"product": "PAY"}),
    "rule-effort-detail": Rule("rule effort id", get="view"),
    "finding-list": Rule(get="api any"),
    "finding-detail": Rule("finding id", get="view"),
    "scan-suggestion-list": Rule(get="api any", post="log_debt", body={"product": "PAY"}),
    "debt-item-list": Rule(get="api any", post="log_debt", body={"product": "PAY"}),
    "debt-item-detail": Rule("debt", get="view", patch="log_debt"),
    "debt-item-interest": Rule("debt", post="log_debt"),
    "debt-item-plan": Rule("debt", post="plan"),
    "debt-item-needs": Rule("debt", get="view", post="log_debt"),
    "debt-item-need": Rule("debt need key", delete="log_debt"),
    "debt-item-taps": Rule("debt", get="view", post="log_debt"),
    "debt-item-tap-withdraw": Rule("debt", post="log_debt"),
    "debt-item-accept": Rule("debt", post="accept_debt"),
    "debt-item-confirm": Rule("debt", post="log_debt"),
    "debt-item-not-debt": Rule("debt", post="accept_debt"),
    "debt-outcome-list": Rule(get="api any"),
    "debt-outcome-rates": Rule(get="api any"),
}


@pytest.fixture
def world(
    product, other_product, team, make_item, ada, lena, mel, vic, root, grace, settings, tmp_path
):
    """One record of every kind in Payments, and the arguments of every route to it."""
    from debt import services as debt
    from debt.models import Evidence, Finding, RuleEffort, Scan, ScanScope
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
        "log": {"key": product.key, "token": logged.token},
        "debt need": {"key": owed.key, "pk": need.pk},
        "debt need key": {"key": owed.key, "needed": before.key},
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
