"""Every screen that the walk looks at. Add a line for each page with something of its own to show.

`url` is an address, or `code` finds one in the sample workspace and leaves it in `answer`; there
`key` is the sample product's key and `product` the product. `who` is "administrator" or "nobody".
"""

from dataclasses import dataclass

PRODUCT = (
    "from tpm.models import Product; product = Product.objects.filter(is_sample=True).first(); "
    "key = product.key; "
)


@dataclass(frozen=True)
class Screen:
    name: str
    url: str = ""
    code: str = ""
    who: str = "administrator"
    status: int = 200


def product_page(name: str, rest: str) -> Screen:
    """A page under the sample product."""
    return Screen(name, code=f"{PRODUCT}answer = f'/p/{{key}}/{rest}'")


def record(name: str, model: str, order: str, rest: str = "", where: str = "") -> Screen:
    """The page of the first record of a model of the sample product, by an order."""
    app, class_ = model.split(".")
    rows = f"{class_}.objects.filter(product=product{where}).order_by({order!r})"
    code = f"{PRODUCT}from {app}.models import {class_}; answer = {rows}.first().get_absolute_url()"
    return Screen(name, code=f"{code} + {rest!r}")


def check_page(name: str, rest: str = "") -> Screen:
    """A page of the first check with an exception, which says most."""
    code = (
        f"{PRODUCT}from roadmaps.models import Check; "
        "check = Check.objects.filter(item__product=product, exceptions__isnull=False).first(); "
        f"answer = check.get_absolute_url() + {rest!r}"
    )
    return Screen(name, code=code)


SHARED = (
    f"{PRODUCT}import datetime; from django.utils import timezone; "
    "from roadmaps.services import share_plan; from tpm.models import User; "
    "_, token = share_plan(product, by=User.objects.filter(is_superuser=True).first(), "
    "name='Board', shows=['timeline', 'list', 'objectives', 'calendar'], "
    "tells=['dates', 'effort', 'owners', 'teams', 'targets', 'debt'], "
    "expires_on=timezone.localdate() + datetime.timedelta(days=9)); "
)


OPEN = ", state='in_review'"

SCREENS = [
    Screen("sign-in", "/accounts/login/", who="nobody"),
    Screen("password-reset", "/accounts/password/reset/", who="nobody"),
    Screen("password-reset-done", "/accounts/password/reset/done/", who="nobody"),
    Screen("sign-up", "/accounts/signup/", who="nobody"),
    Screen("help-before-sign-in", "/help/", who="nobody"),
    Screen("sign-out", "/accounts/logout/"),
    Screen("password-change", "/accounts/password/change/"),
    Screen("email", "/accounts/email/"),
    Screen("not-found", "/nothing-here/", status=404),
    Screen("help", "/help/"),
    Screen("search", "/search/?q=a"),
    Screen("search-empty", "/search/"),
    Screen("jobs", "/jobs/"),
    Screen("settings", "/settings/"),
    Screen("settings-products", "/settings/products/"),
    Screen("settings-product-new", "/settings/products/new/"),
    Screen("settings-teams", "/settings/teams/"),
    Screen(
        "settings-team",
        code="from tpm.models import Team; "
        "answer = f'/settings/teams/{Team.objects.first().slug}/'",
    ),
    Screen(
        "settings-team-holidays",
        code="from tpm.models import Team; "
        "answer = f'/settings/teams/{Team.objects.first().slug}/holidays/'",
    ),
    Screen(
        "settings-team-policy",
        code="from tpm.models import Team; "
        "answer = f'/settings/teams/{Team.objects.first().slug}/policy/'",
    ),
    Screen("settings-people", "/settings/people/"),
    Screen(
        "settings-person",
        code="from tpm.models import Person as P; "
        "answer = f'/settings/people/{P.objects.filter(user=None).first().pk}/'",
    ),
    Screen(
        "settings-account-close",
        code="from tpm.models import Person as P; "
        "person = P.objects.filter(user__is_superuser=False).first(); "
        "answer = f'/settings/people/{person.pk}/account/close/'",
    ),
    Screen("settings-components", "/settings/components/"),
    Screen(
        "settings-component",
        code="from tpm.models import Component; "
        "answer = f'/settings/components/{Component.objects.first().key}/'",
    ),
    Screen("settings-tokens", "/settings/tokens/"),
    Screen("settings-preferences", "/settings/preferences/"),
    Screen("settings-history", "/settings/history/"),
    product_page("home", ""),
    product_page("history", "history/"),
    product_page("product-settings", "settings/"),
    product_page("calibration", "forecast/calibration/"),
    product_page("capacity", "forecast/capacity/"),
    product_page("timeline", "roadmap/"),
    product_page("timeline-by-team", "roadmap/?lanes=team&zoom=year&state=any"),
    product_page("timeline-filtered-empty", "roadmap/?q=nothing-has-these-words"),
    Screen(
        "timeline-inspector",
        code=f"{PRODUCT}from roadmaps.models import Item; "
        "item = Item.objects.filter(product=product, state='planned', target_date__isnull=False); "
        "answer = f'/p/{key}/roadmap/?item={item.order_by(\"rank\").first().key}'",
    ),
    product_page("timeline-print", "roadmap/print/"),
    product_page("share", "share/?team=payments"),
    Screen("shared", code=f"{SHARED}answer = f'/s/{{token}}/'", who="nobody"),
    Screen("shared-gone", "/s/nothing-has-this-token/", who="nobody", status=404),
    product_page("items", "items/"),
    product_page("items-filtered-empty", "items/?q=nothing-has-these-words"),
    product_page("items-grouped", "items/?group=team&cols=state,kind,effort,finish,chance"),
    product_page("items-not-understood", "items/?q=team:nobody+foo:bar"),
    product_page("items-paste", "items/paste/"),
    product_page("board", "board/"),
    product_page("board-objectives", "board/?by=objective"),
    product_page("views", "views/"),
    product_page("item-new", "items/new/"),
    record("item", "roadmaps.Item", "rank", where=", state='planned'"),
    record("item-done", "roadmaps.Item", "-pk", where=", state='done'"),
    record(
        "item-complexity",
        "roadmaps.Item",
        "rank",
        rest="complexity/",
        where=", state='planned', components__isnull=False",
    ),
    record("item-why", "roadmaps.Item", "rank", rest="why/", where=", state='planned'"),
    record("item-teams", "roadmaps.Item", "rank", rest="teams/", where=", state='planned'"),
    record("item-link", "roadmaps.Item", "rank", rest="link/", where=", state='planned'"),
    record("item-edit", "roadmaps.Item", "rank", rest="edit/", where=", state='planned'"),
    product_page("checks", "checks/"),
    product_page("checks-all", "checks/?state=any"),
    product_page("checks-filtered-empty", "checks/?q=nothing-has-these-words"),
    product_page("check-templates", "checks/templates/"),
    product_page("check-template-new", "checks/templates/new/"),
    Screen(
        "item-done-with-open-checks",
        code=f"{PRODUCT}from roadmaps.models import Check; "
        "check = Check.objects.filter(item__product=product, item__state='done').first(); "
        "answer = check.item.get_absolute_url()",
    ),
    check_page("check"),
    check_page("check-edit", "edit/"),
    check_page("check-evidence", "evidence/"),
    check_page("check-exception", "exception/"),
    check_page("check-drop", "drop/"),
    product_page("objectives", "objectives/"),
    product_page("objective-new", "objectives/new/"),
    record("objective", "roadmaps.Objective", "pk"),
    product_page("forecast", "forecast/"),
    Screen(
        "order-report",
        code=f"{PRODUCT}from roadmaps import services; from tpm.models import User; "
        "rosa = User.objects.filter(is_superuser=True).first(); "
        "job = services.request_new_order(product, by=rosa); services.run_order_job(job.pk); "
        "answer = f'/p/{key}/forecast/order/{job.pk}/'",
    ),
    product_page("baselines", "baselines/"),
    Screen(
        "priorities",
        code=f"{PRODUCT}from roadmaps import services; services.refresh_priorities(product.pk); "
        "answer = f'/p/{key}/priorities/'",
    ),
    product_page("priorities-filtered-empty", "priorities/?q=nothingiscalledthis"),
    product_page("priority-formula", "priorities/formula/"),
    record(
        "item-priority",
        "roadmaps.Item",
        "-priority__place",
        "priority/",
        ", priority__place__isnull=False",
    ),
    record("item-value", "roadmaps.Item", "rank", "value/", ", value_curve__isnull=False"),
    Screen(
        "priority-pair",
        code=f"{PRODUCT}from roadmaps.models import Item; "
        "rows = Item.objects.filter(product=product, priority__place__in=[1, 5]); "
        "one, two = rows.order_by('priority__place'); "
        "answer = f'/p/{key}/priorities/pair/?a={one.key}&b={two.key}'",
    ),
    Screen(
        "proposed-orders",
        code=f"{PRODUCT}from roadmaps import services; from tpm.models import User; "
        "rosa = User.objects.filter(is_superuser=True).first(); "
        "job = services.request_proposals(product, by=rosa); "
        "services.run_proposals_job(job.pk); "
        "answer = f'/p/{key}/priorities/orders/{job.pk}/'",
    ),
    product_page("scenarios", "scenarios/"),
    record("scenario", "roadmaps.Scenario", "pk"),
    product_page("baseline-new", "baselines/new/"),
    product_page("compare", "baselines/compare/"),
    product_page("slips", "baselines/slips/"),
    product_page("slip-why", "baselines/slips/why/plan/"),
    product_page("import", "import/"),
    product_page("debt", "debt/"),
    product_page("debt-filtered-empty", "debt/?q=nothing-has-these-words"),
    product_page("debt-new", "debt/new/"),
    product_page("debt-history", "debt/history/"),
    product_page("debt-owners", "debt/history/owners/?path=billing/tax.py"),
    product_page("debt-why", "debt/why/"),
    product_page("debt-map", "debt/map/"),
    product_page("debt-map-component", "debt/map/?component=billing"),
    product_page("debt-trend", "debt/trend/"),
    product_page("debt-payoff", "debt/payoff/"),
    product_page("debt-worth", "debt/worth/"),
    product_page("debt-expiring", "debt/?tab=expiring"),
    product_page(
        "debt-payoff-compared",
        "debt/payoff/?budget=20&dates=1&other_budget=40&other_place=last",
    ),
    product_page("debt-views", "debt/views/"),
    product_page("debt-import", "debt/import/"),
    product_page("debt-badges", "debt/badges/"),
    product_page("debt-scans", "debt/scans/"),
    product_page("debt-scan-efforts", "debt/scans/efforts/"),
    product_page("debt-findings", "debt/findings/?state=any"),
    product_page("debt-no-debt", "debt/suggestions/dismiss/?rule=S1192&component=orders"),
    Screen(
        "debt-scan",
        code=f"{PRODUCT}from debt.models import Scan; "
        "pk = Scan.objects.filter(product=product).order_by('-pk').first().pk; "
        "answer = f'/p/{key}/debt/scans/{pk}/'",
    ),
    record("debt-item", "debt.DebtItem", "pk"),
    record("debt-inputs", "debt.DebtItem", "pk", rest="inputs/"),
    record("debt-edit", "debt.DebtItem", "pk", rest="edit/"),
    record("debt-slows", "debt.DebtItem", "pk", rest="slows/"),
    record("debt-interest", "debt.DebtItem", "pk", rest="interest/"),
    record("debt-principal", "debt.DebtItem", "pk", rest="principal/"),
    record("debt-needs", "debt.DebtItem", "pk", rest="needs/"),
    record("debt-accept", "debt.DebtItem", "pk", rest="accept/"),
    record("debt-plan", "debt.DebtItem", "pk", rest="plan/", where=", state='open'"),
    product_page("debt-closed", "debt/?tab=closed"),
    product_page("debt-by-score", "debt/?order=score"),
    Screen("debt-model", "/debt/model/"),
    product_page("decisions", "decisions/"),
    product_page("decision-new", "decisions/new/"),
    product_page("decision-import", "decisions/import/"),
    product_page("decision-graph", "decisions/graph/"),
    product_page("decision-similar", "decisions/similar/?title=bus"),
    product_page("decision-export", "decisions/export/"),
    Screen("status-words", "/settings/status-words/"),
    record("decision-copy", "tradeoffs.Decision", "pk", "copy/"),
    record("decision", "tradeoffs.Decision", "pk"),
    record("decision-matrix", "tradeoffs.Decision", "pk", rest="matrix/"),
    record("decision-pugh", "tradeoffs.Decision", "pk", rest="matrix/?view=pugh"),
    record("decision-swaps", "tradeoffs.Decision", "pk", rest="matrix/?view=swaps"),
    record("decision-robustness", "tradeoffs.Decision", "pk", rest="robustness/"),
    record("decision-fill", "tradeoffs.Decision", "pk", rest="matrix/fill/", where=OPEN),
    record("decision-weights", "tradeoffs.Decision", "pk", rest="weights/", where=OPEN),
    record("decision-pairs", "tradeoffs.Decision", "pk", rest="weights/?method=ahp", where=OPEN),
    record(
        "decision-consequences",
        "tradeoffs.Decision",
        "-pk",
        "consequences/",
        ", effects__isnull=False",
    ),
    record(
        "decision-follow-up",
        "tradeoffs.Decision",
        "-pk",
        "follow-up/",
        ", triggers__firings__isnull=False",
    ),
    record("consequence-new", "tradeoffs.Decision", "pk", "consequences/new/"),
    record(
        "prediction-new", "tradeoffs.Decision", "-pk", "predictions/new/", ", state='in_review'"
    ),
    record(
        "trigger-number",
        "tradeoffs.Decision",
        "-pk",
        "triggers/new/?kind=figure",
        ", state='in_review'",
    ),
    record("trigger-new", "tradeoffs.Decision", "-pk", "triggers/new/", ", state='in_review'"),
    record("look-back", "tradeoffs.Decision", "pk", "look-back/", ", state='accepted'"),
    product_page("look-again", "decisions/look-again/?whose=all"),
    product_page("prediction-calibration", "decisions/calibration/"),
    record("decision-history", "tradeoffs.Decision", "pk", rest="history/"),
    record("decision-review", "tradeoffs.Decision", "-pk", rest="review/"),
    record(
        "decision-scoring",
        "tradeoffs.Decision",
        "-pk",
        rest="scoring/",
        where=", rounds__isnull=False",
    ),
    record("decision-scoring-none", "tradeoffs.Decision", "pk", rest="scoring/"),
    record(
        "decision-review-plan",
        "tradeoffs.Decision",
        "-pk",
        rest="review/plan/",
        where=", state='in_review'",
    ),
    record(
        "decision-judged", "tradeoffs.Decision", "-pk", rest="review/", where=", state='in_review'"
    ),
    record(
        "decision-amended",
        "tradeoffs.Decision",
        "-pk",
        rest="review/",
        where=", amendments__isnull=False",
    ),
    record(
        "decision-amended-history",
        "tradeoffs.Decision",
        "-pk",
        rest="history/",
        where=", amendments__isnull=False",
    ),
    record(
        "decision-amend",
        "tradeoffs.Decision",
        "-pk",
        rest="amend/consequences/",
        where=", state='accepted', imported=False",
    ),
    record(
        "decision-section",
        "tradeoffs.Decision",
        "-pk",
        rest="sections/context/",
        where=", state='in_review'",
    ),
    record(
        "decision-accept", "tradeoffs.Decision", "-pk", rest="accept/", where=", state='in_review'"
    ),
    product_page("decision-views", "decisions/views/"),
    record("decision-told", "tradeoffs.Decision", "-pk", "told/", ", state='in_review'"),
    record("decision-submit", "tradeoffs.Decision", "-pk", rest="submit/", where=", state='draft'"),
    product_page("review-inbox", "reviews/"),
    record("decision-in-review", "tradeoffs.Decision", "-pk", where=", state='in_review'"),
]
