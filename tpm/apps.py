from django.apps import AppConfig

from tpm.sentences import speak_plainly


class TpmConfig(AppConfig):
    name = "tpm"
    verbose_name = "Workspace"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tpm import mentioned  # noqa: F401 - registers what Home tells of comments

        speak_plainly()
