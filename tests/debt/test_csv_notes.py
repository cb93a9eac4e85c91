"""A row that is not read as somebody may think says so, in the preview and in the report."""

import pytest

from debt import services
from tests.debt.test_csv_import import send, take_in, text_of

pytestmark = pytest.mark.django_db
API = "/api/v1/debt-imports/"
BY_TITLE = "PAY-D999 is no debt of this product: the row is told by its title."
PAID = "state: the file says “Paid”, which is not read; it stays Open. Its page changes that."


@pytest.fixture(autouse=True)
def private_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def told(client_of, ada, api):
    """The notes of the only row: of the page's preview, of a dry run over REST, of the report."""

    def tell(text):
        page = client_of(ada).get(send(client_of(ada), text).url).content.decode()
        body = {"product": "PAY", "text": text}
        (dry,) = api(ada).post(f"{API}?dry_run=1", body, format="json").json()["rows"]
        assert all(note in page for note in dry["notes"])
        (row,) = take_in(client_of(ada), text).report["rows"]
        assert row["notes"] == dry["notes"]
        assert row["what"] == "same"
        return row["notes"]

    return tell


def test_a_key_that_is_unknown_is_told_where_the_title_is_known(told, make_debt):
    make_debt(title="Slow search")
    assert told("key,title\nPAY-D999,Slow search\n") == [
        BY_TITLE, "PAY-D1 says all of it already.",
    ]  # fmt: skip


@pytest.mark.parametrize("cell", ["Paid", "paid", "Done"])
def test_a_state_that_was_changed_in_the_file_is_told(told, make_debt, cell):
    make_debt(title="Slow search")
    assert told(f"key,title,state\nPAY-D1,Slow search,{cell}\n") == [PAID.replace("Paid", cell)]


def test_acceptance_and_work_that_were_changed_are_told(told, make_debt):
    make_debt(title="Slow search")
    said = told("key,accepted until,planned as\nPAY-D1,2030-01-31,PAY-7\n")
    assert said == [
        "accepted until: the file says “2030-01-31”, which is not read; it stays empty. Its page "
        "changes that.",
        "planned as: the file says “PAY-7”, which is not read; it stays empty. Its page changes "
        "that.",
    ]


def test_a_status_of_another_tracker_says_nothing_of_ours(told, make_debt):
    make_debt(title="Slow search")
    assert told("key,title,status\nPAY-D1,Slow search,To do\n") == []
    assert told("key,title,status\nPAY-D1,Slow search,Paid\n") == [PAID.replace("state", "status")]


def test_our_own_file_comes_back_without_a_note(told, make_debt, lena, ada):
    item = make_debt(title="Slow search")
    services.accept_until(
        item, by=lena, version=item.version, until=None, trigger="A third country is live", why="x"
    )
    assert told(text_of([item])) == []
    item.refresh_from_db()
    services.plan_it(item, by=ada, version=item.version)
    item.refresh_from_db()
    assert told(text_of([item])) == []
