"""How gunicorn serves the app: `gunicorn --config python:tpm.web tpm.wsgi`."""

import gc
import os

from tpm import environment as env

bind = f"{env.text('TPM_BIND', '127.0.0.1')}:{env.whole('PORT', 8000, least=1, most=65535)}"
workers = env.whole("TPM_WEB_WORKERS", 2, least=1, most=64)
worker_class = "gthread"
threads = env.whole("TPM_WEB_THREADS", 4, least=1, most=64)
preload_app = True  # loaded once and shared: quicker to start, less memory
timeout = 60
graceful_timeout = 10
keepalive = 5
control_socket_disable = True
loglevel = env.text("TPM_LOG_LEVEL", "info").lower()


def when_ready(server) -> None:
    """Load every view once, before the workers share them; then wait for `up` to be done."""
    from django.urls import get_resolver

    get_resolver().url_patterns  # noqa: B018 - reading them loads them
    gc.collect()
    gc.freeze()  # what is loaded stays: no worker looks through it for garbage, or copies its pages
    waits_on = os.environ.get("TPM_WAIT_FOR")  # of `up` alone, no setting: the pipe of its gate
    if waits_on is not None:
        os.read(int(waits_on), 1)
