app_name = "tradeoffs"
urlpatterns: list = []
