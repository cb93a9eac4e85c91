"""The same line sent by two requests at the same moment, on a real database."""

import pytest

from tests.apart import run_apart

pytestmark = pytest.mark.integration

PRESSED = """
import django; django.setup()
import json, threading
from django.core.management import call_command
from django.db import connections
call_command("migrate", verbosity=0)
from debt import lines
from debt.models import DebtItem
from tpm.models import Product, User
product = Product.objects.create(key="PAY", name="Payments")
mel = User.objects.create_user(username="mel")
gate, said = threading.Barrier(5), []
def press():
    try:
        gate.wait()
        said.append(lines.log_once(product, "Slow search", by=mel)[0].key)
    except Exception as error:
        said.append(repr(error))
    finally:
        connections.close_all()
threads = [threading.Thread(target=press) for _ in range(5)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(json.dumps([said, DebtItem.objects.count()]))
"""


def test_five_requests_at_once_log_one_item(postgres_server, tmp_path):
    database = postgres_server.create_database()
    assert run_apart(PRESSED, tmp_path, DATABASE_URL=database) == [["PAY-D1"] * 5, 1]
