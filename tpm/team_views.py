"""Settings: teams and people, whose time is the capacity of the plans."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tpm import formats, policies, queries, services
from tpm import workspace_forms as forms
from tpm.editing import save_response
from tpm.models import CalendarEntry, CapacityPolicy, Membership, Person, Team, TeamShare
from tpm.roles import (
    can,
    may_edit_team,
    products_visible_to,
    require,
    require_admin,
    teams_visible_to,
)
from tpm.views import page_of
from tpm.workspace_views import form_page, is_lead_somewhere, try_service


@require_GET
def team_list(request):
    context = {"teams": queries.teams_listed(request.user), "may_make": may_make(request.user)}
    return render(request, "tpm/team_list.html", context)


def may_make(user) -> bool:
    """Whether somebody may make a team."""
    return user.is_superuser or is_lead_somewhere(user)


@require_http_methods(["GET", "POST"])
def team_create(request):
    if not may_make(request.user):
        raise PermissionDenied("To make a team you need the role lead in a product.")
    form = forms.TeamForm(request.POST or None)
    if form.is_valid():
        team = services.create_team(by=request.user, **form.cleaned_data)
        messages.success(request, f"{team.name} is made. Say which product it serves.")
        return redirect("tpm:team-share", team.slug)
    return form_page(request, form, "New team", "Create team")


def team_for(request, slug: str, *, to_edit: bool = False) -> Team:
    """A team that the person sees; a new one that serves nobody yet is open to every lead."""
    teams = teams_visible_to(request.user)
    lonely = Team.objects.filter(shares__isnull=True)
    leads = is_lead_somewhere(request.user)
    team = teams.filter(slug=slug).first() or (leads and lonely.filter(slug=slug).first())
    if not team:
        raise Http404
    if to_edit and not may_edit_team(request.user, team) and team.shares.exists():
        raise PermissionDenied("A team is changed by the leads of the products it serves.")
    return team


@require_http_methods(["GET", "POST"])
def team_detail(request, slug):
    """People, calendar and shares of a team."""
    team = team_for(request, slug, to_edit=request.method == "POST")
    form = forms.TeamForm(request.POST or None, instance=team_for(request, slug))
    if form.is_valid():
        return save_response(
            request, services.edit_team, team, form.said(),
            then=reverse("tpm:team-detail", args=[team.slug]),
            words="Saved. The forecasts of its products follow.",
        )  # fmt: skip
    context = {
        "team": team,
        "form": form,
        "may_edit": may_edit_team(request.user, team),
        **queries.team_detail(team, request.user),
    }
    return render(request, "tpm/team_detail.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def team_share(request, slug):
    team = team_for(request, slug, to_edit=True)
    allowed = [
        p.pk for p in products_visible_to(request.user) if can(request.user, "set_capacity", p)
    ]
    products = products_visible_to(request.user).filter(pk__in=allowed)
    form = forms.ShareForm(request.POST or None, products=products)
    if form.is_valid() and try_service(
        form, services.share_team, team, by=request.user, **form.cleaned_data
    ):
        messages.success(request, "Saved.")
        return redirect("tpm:team-detail", team.slug)
    return form_page(request, form, f"{team.name} serves a product", "Save share")


@require_POST
def team_share_end(request, pk):
    row = get_object_or_404(TeamShare, pk=pk, product__in=products_visible_to(request.user))
    require(request.user, "set_capacity", row.product)
    services.end_team_share(row, by=request.user)
    messages.success(request, f"{row.team.name} no longer serves {row.product.name}.")
    return redirect("tpm:product-settings", row.product.key)


@require_http_methods(["GET", "POST"])
def member_add(request, slug):
    team = team_for(request, slug, to_edit=True)
    people = queries.people_visible_to(request.user).order_by("name")
    form = forms.MembershipForm(request.POST or None, people=people)
    if form.is_valid():
        fields = dict(form.cleaned_data)
        person = fields.pop("person")
        if try_service(form, services.join_team, person, team, by=request.user, **fields):
            messages.success(request, f"{person.name} joined {team.name}.")
            return redirect("tpm:team-detail", team.slug)
    return form_page(request, form, f"Add somebody to {team.name}", "Add")


@require_POST
def member_end(request, pk):
    row = get_object_or_404(Membership, pk=pk)
    team_for(request, row.team.slug, to_edit=True)
    services.leave_team(row, by=request.user, ends_on=max(row.starts_on, timezone.localdate()))
    messages.success(request, f"{row.person.name} leaves {row.team.name} today.")
    return redirect("tpm:team-detail", row.team.slug)


@require_http_methods(["GET", "POST"])
def calendar_add(request, slug):
    team = team_for(request, slug, to_edit=True)
    form = forms.CalendarForm(request.POST or None)
    if form.is_valid() and try_service(
        form, services.add_calendar_entry, team, by=request.user, **form.cleaned_data
    ):
        warn_of_past(request, form.cleaned_data["ends_on"])
        messages.success(request, "Saved.")
        return redirect("tpm:team-detail", team.slug)
    return form_page(request, form, f"Days off for {team.name}", "Add days")


@require_http_methods(["GET", "POST"])
def holidays_add(request, slug):
    """The public holidays of a country, for some years at once."""
    team = team_for(request, slug, to_edit=True)
    year = timezone.localdate().year
    form = forms.HolidaysForm(
        request.POST or None, initial={"first_year": year, "last_year": year + 2}
    )
    if form.is_valid():
        count = services.add_public_holidays(team, by=request.user, days=form.cleaned_data["days"])
        words = f"{count} days off were added." if count != 1 else "1 day off was added."
        messages.success(request, words if count else f"{team.name} has all of them off already.")
        return redirect("tpm:team-detail", team.slug)
    return form_page(request, form, f"Public holidays of {team.name}", "Add the days")


@require_POST
def calendar_remove(request, pk):
    row = get_object_or_404(CalendarEntry, pk=pk)
    team_for(request, row.team.slug, to_edit=True)
    services.remove_calendar_entry(row, by=request.user)
    messages.success(request, "Taken back.")
    return redirect("tpm:team-detail", row.team.slug)


@require_http_methods(["GET", "POST"])
def policy_set(request, slug):
    """What the team's time is for, from a day on."""
    team = team_for(request, slug, to_edit=True)
    back = reverse("tpm:team-detail", args=[team.slug]) + "#policy"
    holds = policies.policy_on(team, timezone.localdate())
    form = forms.PolicyForm(request.POST or None, holds=holds)
    if form.is_valid() and try_service(
        form, policies.set_policy, team, by=request.user, **form.cleaned_data
    ):
        row = team.policies.get(starts_on=form.cleaned_data["starts_on"])
        messages.success(
            request,
            f"From {formats.day(row.starts_on, year=True)} on: {policies.words_of(row)}. "
            "The forecasts of its products follow.",
        )
        if holds and holds.drag_limit is not None and row.drag_limit is None:
            messages.warning(request, "Drag has no limit any more: the debt budget ends with it.")
        return redirect(back)
    begins = f"It begins as what holds today: {policies.words_of(holds)}. " if holds else ""
    says = begins + (
        f"The focus share of {team.name}, {formats.percent(team.focus_share)}, says how much of a "
        "day goes into work at all. The policy splits that: a share for debt, a share for what "
        "nobody planned, the rest for all other items. Only the unplanned share makes items "
        "slower; debt is items of the plan, and its share says how often their turn comes. Days of "
        "finished work that were derived before contain the unplanned time of then: until newer "
        "work outweighs them, dates are late rather than early."
    )
    title = f"Capacity policy of {team.name}"
    return form_page(request, form, title, "Save policy", says=says, cancel=back)


@require_POST
def policy_remove(request, pk):
    row = get_object_or_404(CapacityPolicy.objects.select_related("team"), pk=pk)
    team_for(request, row.team.slug, to_edit=True)
    policies.remove_policy(row, by=request.user)
    messages.success(request, "Taken back.")
    return redirect("tpm:team-detail", row.team.slug)


@require_GET
def person_list(request):
    people = queries.people_visible_to(request.user).select_related("user").order_by("name")
    page = page_of(request, people, 100)
    return render(request, "tpm/person_list.html", {"page": page})


@require_http_methods(["GET", "POST"])
def person_create(request):
    require_admin(request.user)
    form = forms.PersonForm(request.POST or None)
    if form.is_valid():
        person = services.create_person(by=request.user, **form.cleaned_data)
        messages.success(request, f"{person.name} is added.")
        return redirect("tpm:person-detail", person.pk)
    return form_page(request, form, "New person", "Add person")


def may_edit_person(user, person: Person) -> bool:
    """Oneself, an administrator, and the leads of the products that the person's teams serve."""
    own = person.user_id is not None and person.user_id == user.pk
    teams = Team.objects.filter(memberships__person=person).distinct()
    return own or user.is_superuser or any(may_edit_team(user, team) for team in teams)


@require_http_methods(["GET", "POST"])
def person_detail(request, pk):
    """A person's name, absences, teams and roles."""
    people = queries.people_visible_to(request.user)
    person = get_object_or_404(people, pk=pk)
    form = forms.PersonForm(request.POST or None, instance=people.get(pk=pk))
    if request.method == "POST":
        require_admin(request.user)
        if form.is_valid():
            return save_response(
                request, services.edit_person, person, form.said(),
                then=reverse("tpm:person-detail", args=[person.pk]),
            )  # fmt: skip
    context = {
        "person": person,
        "form": form,
        "may_edit": may_edit_person(request.user, person),
        "absences": person.absences.order_by("-starts_on"),
        "memberships": person.memberships.select_related("team").order_by("-starts_on"),
        "roles": person.roles.filter(product__in=products_visible_to(request.user)).select_related(
            "product"
        ),
    }
    return render(request, "tpm/person_detail.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def person_account(request, pk):
    """A first account, or the closed one opened again."""
    require_admin(request.user)
    person = get_object_or_404(Person.objects.select_related("user"), pk=pk)
    again = person.user is not None
    form = (forms.PasswordForm if again else forms.AccountForm)(request.POST or None)
    service = services.open_account if again else services.create_account
    if form.is_valid():
        try_service(form, service, person, by=request.user, **form.cleaned_data)
        if not form.errors:
            messages.success(request, f"{person.name} can sign in.")
            return redirect("tpm:person-detail", person.pk)
    button = "Open account" if again else "Create account"
    return form_page(request, form, f"Account for {person.name}", button)


@require_http_methods(["GET", "POST"])
def account_close(request, pk):
    require_admin(request.user)
    person = get_object_or_404(Person, pk=pk)
    form = Form(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if form.is_valid():
            try_service(form, services.close_account, person, by=request.user)
        if not form.errors:
            messages.success(request, f"{person.name} can no longer sign in.")
            return redirect("tpm:person-detail", person.pk)
    says = (
        f"{person.name} is signed out everywhere, and every token stops. What {person.name} "
        "wrote and owns stays, with the name."
    )
    title = f"Close the account of {person.name}"
    return form_page(request, form, title, "Close account", says=says, danger=True)


@require_http_methods(["GET", "POST"])
def absence_add(request, pk):
    person = get_object_or_404(queries.people_visible_to(request.user), pk=pk)
    if not may_edit_person(request.user, person):
        raise PermissionDenied("An absence is added by the person or by a lead of their team.")
    form = forms.AbsenceForm(request.POST or None)
    if form.is_valid() and try_service(
        form, services.add_absence, person, by=request.user, **form.cleaned_data
    ):
        warn_of_past(request, form.cleaned_data["ends_on"])
        messages.success(request, "Saved. The forecasts of the team's products follow.")
        return redirect("tpm:person-detail", person.pk)
    return form_page(request, form, f"{person.name} is away", "Add absence")


def warn_of_past(request, ends_on) -> None:
    """Days off that are over change no forecast."""
    if ends_on and ends_on < timezone.localdate():
        messages.warning(request, "These days are in the past: they change no forecast.")


@require_POST
def absence_remove(request, pk):
    people = queries.people_visible_to(request.user)
    person = get_object_or_404(people, absences__pk=pk)
    if not may_edit_person(request.user, person):
        raise PermissionDenied("An absence is taken back by the person or a lead of their team.")
    services.remove_absence(person.absences.get(pk=pk), by=request.user)
    messages.success(request, "Taken back.")
    return redirect("tpm:person-detail", person.pk)
