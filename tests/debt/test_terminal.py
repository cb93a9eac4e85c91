"""Debt from the terminal: the command, and the script over the API."""

import ast
import json
import os
import subprocess
import sys
import threading
from io import StringIO
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.management import CommandError, call_command
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connections

from debt.maths.ranges import Range
from debt.models import DebtItem, DebtTap
from tests.services_for_tests import ROOT
from tpm import tokens
from tpm.models import Change

SCRIPT = ROOT / "debt" / "tpm_debt.py"
pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("log_debt", *arguments, stdout=out, stderr=out)
    return out.getvalue()


def test_the_command_logs_a_line(product, mel, billing):
    assert run("Tax rules in billing/tax.py ~M", "--product", "pay", "--by", "mel") == (
        "PAY-D1 Tax rules in billing/tax.py\n"
    )
    item = DebtItem.objects.get()
    assert (item.reporter, item.component, item.size) == (mel, billing, "M")
    assert Change.objects.filter(subject_id=item.pk).first().door == "command"


def test_the_command_tells_json(product, mel, make_debt):
    make_debt(title="Tax rules hard-wired")
    said = json.loads(run("Tax rules hard-wired a.py", "--product", "PAY", "--by", "mel", "--json"))
    assert (said["key"], said["evidence"], said["looks_like"]) == ("PAY-D2", ["a.py"], "PAY-D1")


def test_the_command_names_what_it_did_not_understand(product, mel):
    assert "Not understood: ~huge is not known: sizes are" in run(
        "x ~huge", "--product", "PAY", "--by", "mel"
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("x", "--product", "NONE"), "There is no product NONE. There are: PAY."),
        (("x", "--product", "PAY", "--by", "nobody"), "There is no account nobody."),
        (("x", "--product", "PAY", "--by", "vic"), "vic may not log debt in Payments."),
        (("x", "--product", "PAY"), "There is no administrator"),
        ((" ", "--product", "PAY", "--by", "mel"), "Say in a few words what hurts."),
    ],
)
def test_the_command_says_what_is_wrong(product, mel, vic, arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        run(*arguments)


def test_the_script_is_of_python_3_8_and_the_standard_library():
    tree = ast.parse(SCRIPT.read_text(), feature_version=(3, 8))
    names = {
        name.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for name in node.names
    }
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert names <= set(sys.stdlib_module_names)


class Quiet(WSGIRequestHandler):
    def log_message(self, *_words) -> None:
        pass


@pytest.fixture
def server(db):
    """The app on a port of this machine, inside the transaction of the test."""
    connection = connections["default"]
    connection.inc_thread_sharing()
    # As for Django's own test client: the end of a request does not end the test's connection.
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    made = make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Quiet)

    def serve() -> None:
        connections["default"] = connection
        made.serve_forever(poll_interval=0.05)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{made.server_port}"
    made.shutdown()
    thread.join()
    made.server_close()
    for signal in signals:
        signal.connect(close_old_connections)
    connection.dec_thread_sharing()


@pytest.fixture
def script(server, tmp_path, product, mel):
    """Run tpm_debt.py as its own process against the server."""
    _, token = tokens.make_token(mel, name="terminal", may_write=True)

    def go(*words: str, **values: str) -> subprocess.CompletedProcess:
        known = {
            "TPM_URL": server, "TPM_TOKEN": token, "TPM_PRODUCT": "PAY",
            "TPM_DEBT_CONFIG": str(tmp_path / "none.ini"), "PATH": os.environ["PATH"],
            "PYTHONIOENCODING": "utf-8",
        } | values  # fmt: skip
        return subprocess.run(
            [sys.executable, str(SCRIPT), *words], env=known, capture_output=True, text=True,
            encoding="utf-8", timeout=60, check=False,
        )  # fmt: skip

    return go


def test_the_script_logs_taps_and_lists(script, server):
    assert script("Slow search ~M").stdout == f"PAY-D1 Slow search\n{server}/d/PAY-D1/\n"
    assert script("tap", "pay-d1", "1h").stdout == "60 minutes lost to PAY-D1.\n"
    assert script("tap", "PAY-D1").stdout == "15 minutes lost to PAY-D1.\n"
    assert sorted(DebtTap.objects.values_list("minutes", "source")) == [(15, "api"), (60, "api")]
    assert "PAY-D1     Slow search" in script("list").stdout
    assert json.loads(script("list", "--json").stdout)[0]["title"] == "Slow search"


def test_the_script_tells_an_unknown_product_from_one_without_debt(script):
    assert script("list").stdout == "No open debt.\n"
    for more in ((), ("--json",)):
        said = script("list", *more, TPM_PRODUCT="NO")
        assert (said.returncode, said.stdout) == (1, "")
        assert said.stderr == "There is no product NO, or you may not see it.\n"


def test_the_script_reads_its_file(script, tmp_path, server, mel):
    _, token = tokens.make_token(mel, name="file", may_write=True)
    place = tmp_path / "tpm.ini"
    place.write_text(f"[tpm]\nurl = {server}/\ntoken = {token}\nproduct = PAY\n")
    said = script("Slow", TPM_URL="", TPM_TOKEN="", TPM_PRODUCT="", TPM_DEBT_CONFIG=str(place))
    assert said.stdout.startswith("PAY-D1 Slow\n")


@pytest.mark.parametrize(
    ("words", "values", "sentence"),
    [
        (("Slow",), {"TPM_TOKEN": "tpm_wrong"}, "This token is unknown, expired or revoked."),
        (("Slow",), {"TPM_TOKEN": ""}, "Set TPM_TOKEN, or write token = "),
        (("Slow",), {"TPM_PRODUCT": ""}, "Say which product"),
        (("Slow",), {"TPM_URL": "http://127.0.0.1:1"}, "cannot be reached"),
        (("Slow",), {"TPM_URL": "file:///etc/passwd"}, "begins with https://"),
        (("tap", "PAY-D9"), {}, "No DebtItem matches"),
        (("tap", "PAY-D1", "soon"), {}, "soon is no time"),
    ],
)
def test_the_script_says_what_is_wrong_and_fails(script, words, values, sentence):
    said = script(*words, **values)
    assert said.returncode == 1
    assert sentence in said.stderr
    assert said.stdout == ""


def test_a_range_is_what_the_script_sends_as_typed(script):
    script("Slow =1..2..4")
    assert DebtItem.objects.get().interests.get().range == Range(1, 2, 4)
