from django.apps import AppConfig


class TradeoffsConfig(AppConfig):
    name = "tradeoffs"
    default_auto_field = "django.db.models.BigAutoField"
