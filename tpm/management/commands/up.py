import multiprocessing
import os
import signal
import time
from collections.abc import Callable

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
        gate = up.Gate()
        web, *others = up.children(sock, gate)
        supervisor = Supervisor([web, *others])
        try:
            self.prepare(lambda: supervisor.start(web))
        except BaseException:
            gate.open()  # behind it the web process hears no signal
            supervisor.end_all()
            raise
        gate.open()
        connection.close()
        supervisor.run(each_look=up.Welcome(address, say).look)
        say(f"All stopped after {time.monotonic() - started:.0f} s.")

    def prepare(self, start_web: Callable[[], None]) -> None:
        """Bring static files, database and sample up to date, with all processors at work.

        raises: CommandError when the static files could not be prepared
        """
        static = multiprocessing.get_context("fork").Process(target=up.collect_static)
        begun: list[bool] = []

        def serve(*_) -> None:
            if not begun and static.exitcode == 0:
                begun.append(True)
                start_web()

        # The web process reads the static files' names as it loads, and loads beside database and
        # sample. It ends with the thread that started it, so no other thread may wait for that.
        before = signal.signal(signal.SIGCHLD, serve)
        try:
            static.start()
            if up.migrate():
                say(f"Database ready in {settings.DATA_DIR}.")
            Heartbeat.objects.all().delete()  # what an earlier run left says nothing of this one
            up.load_sample_once(say)
            static.join()
            serve()
        finally:
            signal.signal(signal.SIGCHLD, before)
        if static.exitcode:
            raise CommandError("Styles and scripts could not be prepared: the lines above say why.")
