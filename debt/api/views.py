"""Saved views of the register over REST."""

from debt.views.saved import PAGE, SHELF
from tpm.saved_view_api import SavedViews


class DebtViewViewSet(SavedViews):
    """Saved views of the register."""

    shelf = SHELF
    page = str(PAGE)


def register(router) -> None:
    router.register("debt-views", DebtViewViewSet, basename="debt-view")
