"""Who may see and do what. Reads start from `…_visible_to`; writes ask `require`."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from tpm.models import Component, Level, Person, Product, Role, Team, User

RANK = {level: rank for rank, level in enumerate(Level.values)}

ABILITIES: dict[str, Level] = {
    "view": Level.VIEWER,
    "log_debt": Level.MEMBER,
    "estimate": Level.MEMBER,
    "comment": Level.MEMBER,
    "draft_decision": Level.MEMBER,
    "scenario": Level.MEMBER,
    "check": Level.MEMBER,
    "plan": Level.PLANNER,
    "import": Level.PLANNER,
    "read_history": Level.PLANNER,
    "commit_baseline": Level.PLANNER,
    "share": Level.PLANNER,
    "decide": Level.LEAD,
    "import_decisions": Level.LEAD,
    "accept_debt": Level.LEAD,
    "except_check": Level.LEAD,
    "set_capacity": Level.LEAD,
    "set_sharing": Level.LEAD,
    "remove_sample": Level.LEAD,
}

WORDS: dict[str, str] = {
    "view": "read this product",
    "log_debt": "log debt",
    "estimate": "estimate",
    "comment": "comment",
    "draft_decision": "draft decisions",
    "scenario": "try scenarios",
    "check": "add checks and evidence",
    "plan": "change the plan",
    "import": "import a file",
    "read_history": "read the history of a repository",
    "commit_baseline": "commit a baseline",
    "share": "share the plan by a link",
    "decide": "decide",
    "import_decisions": "import decisions",
    "accept_debt": "accept debt, or close it without paying,",
    "except_check": "make exceptions from checks or drop them",
    "set_capacity": "change teams and capacity",
    "set_sharing": "say who may share",
    "remove_sample": "remove the sample",
}


def level_of(user, product: Product) -> str | None:
    """The person's level in the product; an administrator is a lead everywhere."""
    if not user.is_authenticated or not user.is_active:
        return None
    if user.is_superuser:
        return Level.LEAD
    known = user.__dict__.setdefault("_levels", {})
    if product.pk not in known:
        known[product.pk] = (
            Role.objects.filter(person__user=user, product=product)
            .values_list("level", flat=True)
            .first()
        )
    return known[product.pk]


def can(user, ability: str, product: Product) -> bool:
    level = level_of(user, product)
    return level is not None and RANK[level] >= RANK[ABILITIES[ability]]


def require(user, ability: str, product: Product) -> None:
    """raises: PermissionDenied with a sentence that names who can grant it."""
    if not can(user, ability, product):
        raise PermissionDenied(refusal(ability, product))


def why_not(user, ability: str, product: Product) -> str:
    """The sentence of a refusal, to stand where a form would; empty for whoever may."""
    return "" if can(user, ability, product) else refusal(ability, product)


def refusal(ability: str, product: Product) -> str:
    needed = ABILITIES[ability]
    able = named_with(needed, product)
    they = f" {' and '.join(able)} {'has' if len(able) == 1 else 'have'} it." if able else ""
    givers = ", ".join(administrators()[:3])
    ask = f": ask {givers}" if givers else ""
    return (
        f"To {WORDS[ability]} in {product.name} you need the role {Level(needed).label.lower()}."
        f"{they} An administrator gives it{ask}."
    )


def named_with(level: str, product: Product, most: int = 3) -> list[str]:
    """People of a product whose role includes this one, the nearest role first, by name."""
    rows = Role.objects.filter(product=product, person__user__is_active=True)
    found = [row for row in rows.select_related("person") if RANK[row.level] >= RANK[level]]
    found.sort(key=lambda row: (RANK[row.level], row.person.name))
    return [row.person.name for row in found[:most]]


def administrators() -> list[str]:
    """Who gives roles, by name."""
    return [
        person or username
        for person, username in User.objects.filter(is_superuser=True, is_active=True)
        .order_by("pk")
        .values_list("person__name", "username")
    ]


def require_admin(user) -> None:
    """raises: PermissionDenied unless the user administers the workspace."""
    if not user.is_superuser:
        raise PermissionDenied("Only an administrator of the workspace can do this.")


def products_visible_to(user) -> QuerySet[Product]:
    if not user.is_authenticated:
        return Product.objects.none()
    if user.is_superuser:
        return Product.objects.all()
    return Product.objects.filter(roles__person__user=user)


def visible_products(user) -> list[Product]:
    """The same as a list, read once per request: the page and its shell both need it."""
    if "_products" not in user.__dict__:
        if user.is_authenticated and not user.is_superuser:
            # What `products_visible_to` finds, with the level that the page asks for next.
            roles = Role.objects.filter(person__user=user).select_related("product")
            found = list(roles.order_by("product__name"))
            user.__dict__.setdefault("_levels", {}).update(
                {role.product_id: role.level for role in found}
            )
            user.__dict__["_products"] = [role.product for role in found]
        else:
            user.__dict__["_products"] = list(products_visible_to(user))
    return user.__dict__["_products"]


def teams_visible_to(user) -> QuerySet[Team]:
    """Teams that serve a product the person sees; all of them for an administrator."""
    if user.is_superuser:
        return Team.objects.all()
    return Team.objects.filter(shares__product__in=products_visible_to(user)).distinct()


def teams_of(product: Product) -> QuerySet[Team]:
    return Team.objects.filter(shares__product=product).distinct()


def people_of(product: Product) -> QuerySet[Person]:
    """People who can own work of this product: those with a role and those in its teams."""
    people = Person.objects.filter(roles__product=product) | Person.objects.filter(
        memberships__team__shares__product=product
    )
    return people.distinct()


def components_of(product: Product) -> QuerySet[Component]:
    return Component.objects.filter(products=product)


def may_edit_team(user, team: Team) -> bool:
    """A team is edited by the leads of the products it serves."""
    if user.is_superuser:
        return True
    return Role.objects.filter(
        person__user=user, level=Level.LEAD, product__team_shares__team=team
    ).exists()
