from django.apps import AppConfig


class RoadmapsConfig(AppConfig):
    name = "roadmaps"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from roadmaps.pages import panels  # noqa: F401 - registers what the roadmap offers to pages
        from roadmaps.services import undo  # noqa: F401 - registers how its steps are taken back
