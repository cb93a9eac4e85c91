"""Whose findings a report holds: product, component, branch, folder, and how to read it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from debt.models import ScanScope
from debt.queries.histories import live_runs
from debt.scans import Options, Run
from tpm.models import Component, Product

DEFAULT_BRANCHES = ("", "main", "master", "trunk", "HEAD")

ScopeKey = tuple[Any, ...]


@dataclass(frozen=True)
class Target:
    """What a sender says of a report.

    branch:   empty or a usual name of it: the default branch
    complete: the report holds every finding of its scope
    key:      of the sender: the same key again answers the same, and takes nothing in
    """

    product: Product
    component: Component
    branch: str = ""
    folder: str = ""
    complete: bool = False
    options: Options = field(default_factory=Options)
    key: str = ""
    name: str = ""

    def scope_fields(self, run: Run) -> dict[str, Any]:
        """The key of the scope that a run of the report belongs to."""
        branch = "" if self.branch in DEFAULT_BRANCHES else self.branch
        return {
            "product": self.product,
            "component": self.component,
            "repository": self.component.repository,
            "branch": branch[:200],
            "tool": run.tool[:100],
            "configuration": run.configuration[:200],
            "folder": self.folder.strip("/")[:300],
        }

    def scope_of(self, run: Run) -> ScopeKey:
        """The same as `scope_key` of the scope that a run belongs to, where there is one."""
        return tuple(
            getattr(part, "pk", part) for _, part in sorted(self.scope_fields(run).items())
        )


def scope_key(scope: ScanScope) -> ScopeKey:
    """What tells a scope from others: its fields in the order of their names."""
    return (
        scope.branch, scope.component_id, scope.configuration, scope.folder, scope.product_id,
        scope.repository, scope.tool,
    )  # fmt: skip


def options_for(product: Product, component: Component, said: Mapping[str, Any]) -> Options:
    """How to read a report of a component: what is said, what it is, and what was made out before.

    said: fields of Options, as a form, a job or a command has them
    """
    known = {name: value for name, value in said.items() if name in Options.__slots__ and value}
    before = (
        ScanScope.objects.filter(product=product, component=component)
        .exclude(root="")
        .order_by("-pk")
        .values_list("root", flat=True)
        .first()
    )
    return Options(
        **known, root=before or "", folders=tuple(map(str, component.path_prefixes or ()))
    )


def component_by_path(target: Target) -> Callable[[str], Component]:
    """Finds the component of a path: the longest prefix of one in the same repository."""
    theirs = target.product.components.filter(repository=target.component.repository)
    prefixes = sorted(
        (
            (str(prefix).strip("/"), component)
            for component in theirs
            for prefix in component.path_prefixes
            if str(prefix).strip("/")
        ),
        key=lambda pair: -len(pair[0]),
    )

    def find(path: str) -> Component:
        for prefix, component in prefixes:
            if path == prefix or path.startswith(f"{prefix}/"):
                return component
        return target.component

    return find


def renames_for(target: Target) -> dict[str, str]:
    """Old path -> path today, as mined history knows the repository; empty where it does not."""
    if not target.component.repository:
        return {}
    names: dict[str, str] = {}
    for run in reversed(live_runs(target.product, target.component.repository)):
        moved = run.moved
        names = {old: moved.get(new, new) for old, new in names.items()} | moved
    return {old: new for old, new in names.items() if old != new}
