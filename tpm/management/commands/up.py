import multiprocessing
import os
import time

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from tpm import environment as env
from tpm import up
from tpm.models import Heartbeat
from tpm.supervisor import Supervisor, say


class Command(BaseCommand):
    help = "Start web, worker and beat here, and keep them alive until Ctrl-C."
    requires_system_checks = ()

    def handle(self, *args, **options) -> None:
        lock = up.Lock(settings.DATA_DIR / "up.lock")
        host = env.text("TPM_BIND", "127.0.0.1")
        try:
            port = env.whole("PORT", 8000, least=1, most=65535)
            lock.take()
            sock = up.listen(host, port, say)
        except (up.CannotStart, ImproperlyConfigured) as reason:
            raise CommandError(str(reason)) from None
        name = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "::1": "[::1]"}.get(host, host)  # noqa: S104
        address = f"http://{name}:{sock.getsockname()[1]}"
        lock.note(f"process {os.getpid()}, {address}")
        started = time.monotonic()
        # Beside the database work: on a first start it takes seconds of the other processor.
        static = multiprocessing.get_context("fork").Process(target=up.collect_static)
        static.start()
        if up.migrate():
            say(f"Database ready in {settings.DATA_DIR}.")
        Heartbeat.objects.all().delete()  # what an earlier run left says nothing of this one
        up.load_sample_once(say)
        static.join()
        if static.exitcode:
            raise CommandError("Styles and scripts could not be prepared: the lines above say why.")
        welcome = up.Welcome(address, say)
        supervisor = Supervisor(up.children(sock))
        connection.close()
        supervisor.run(each_look=welcome.look)
        say(f"All stopped after {time.monotonic() - started:.0f} s.")
