from django.apps import AppConfig


class TradeoffsConfig(AppConfig):
    name = "tradeoffs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tpm import history, subjects
        from tradeoffs import file_panel, panels, panels_follow, queries, relied_panel, unseen

        assert file_panel.MOST_LINKS, "importing the panel registers it"
        assert relied_panel.MOST, "importing the panel registers it"
        assert panels.MOST, "importing the panels registers them"
        assert panels_follow.MOST, "importing the panels registers them"
        history.cover(unseen.changes)
        subjects.register("tradeoffs.decision", queries.decisions_visible_to)
