"""What `manage.py up` says at the start, whatever stands in the file of sign-ins."""

import json

import pytest

from tpm.up import Welcome, sign_ins

pytestmark = pytest.mark.django_db


@pytest.fixture
def write(settings, tmp_path):
    settings.SIGN_INS_FILE = tmp_path / "sign-ins.json"

    def put(text: str) -> None:
        settings.SIGN_INS_FILE.write_text(text, encoding="utf-8")

    return put


def welcome() -> str:
    return Welcome("http://here", print).text()


def test_a_sign_in_without_a_role_is_shown_without_one(write, ada):
    write(json.dumps([{"username": "ada", "password": "of hers"}]))
    assert [line.split() for line in welcome().splitlines() if "ada" in line] == [
        ["ada", "of", "hers"]
    ]


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", "no JSON", '"x"', "[1, null]", '[{"username": "ada"}]', "[[]]",
     '[{"role": "lead"}]', '{"username": "ada", "password": "x"}'],
)  # fmt: skip
def test_what_names_no_sign_in_stops_nobody(write, ada, text):
    write(text)
    assert sign_ins() == []
    assert "Sign in, or make the first administrator there." in welcome()


def test_sign_ins_whose_account_is_gone_are_left_out(write, ada):
    entries = [
        {"role": "planner", "username": "ada", "password": "x"},
        {"role": "viewer", "username": "nobody", "password": "y"},
    ]
    write(json.dumps(entries))
    assert sign_ins() == entries[:1]


def test_no_file_is_no_sign_in(settings, tmp_path):
    settings.SIGN_INS_FILE = tmp_path / "none.json"
    assert sign_ins() == []
