from django.apps import AppConfig


class DebtConfig(AppConfig):
    name = "debt"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from debt import queries, reliance
        from debt.pages import decision_panels, panels
        from debt.services import undoing  # noqa: F401 - registers how its steps are taken back
        from tpm import subjects

        assert panels.MOST, "importing the panels registers them"
        assert decision_panels.MOST, "importing the panels registers them"
        assert reliance.SAYS, "importing it adds debt to what relies on a decision"
        subjects.register("debt.debtitem", queries.debt_items_visible_to)
