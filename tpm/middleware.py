from tpm import zones
from tpm.history import through
from tpm.models import Change


class DoorMiddleware:
    """History says through which door a write came."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request):
        door = Change.Door.API if request.path.startswith("/api/") else Change.Door.PAGE
        with through(door):
            return self.get_response(request)


class ZoneMiddleware:
    """Moments on a page are shown in the zone that its reader chose."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request):
        with zones.read_in(lambda: getattr(request.user, "time_zone", "")):
            return self.get_response(request)
