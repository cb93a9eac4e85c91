"""The register from a table over REST: the same planner, job, report and undo as the pages."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from debt import services
from debt.csv_import import applying
from debt.models import DebtItem
from tpm import uploads
from tpm.models import Job

pytestmark = pytest.mark.django_db
URL = "/api/v1/debt-imports/"
TABLE = "id,Summary,Team,Size,Days a month,Sprint\nX-1,Tax rules,Rails,M,2,9\nX-2,By hand,,,,\n"


@pytest.fixture(autouse=True)
def private_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def send(api):
    def go(user, text=TABLE, *, dry=False, key="", **more):
        file = SimpleUploadedFile("debt.csv", text if isinstance(text, bytes) else text.encode())
        headers = {"HTTP_IDEMPOTENCY_KEY": key} if key else {}
        return api(user).post(
            URL + "?dry_run=1" * dry, {"product": "PAY", "file": file} | more, **headers
        )

    return go


@pytest.fixture
def take_in(send, api):
    """Send a table and run its job; the import as the API tells of it."""

    def go(user, text=TABLE, **more):
        answer = send(user, text, **more)
        assert answer.status_code == 202, answer.json()
        applying.run_import(answer.json()["job"])
        return api(user).get(f"{URL}{answer.json()['job']}/").json()

    return go


def titles() -> list[str]:
    return list(DebtItem.objects.order_by("pk").values_list("title", flat=True))


def kept() -> int:
    return len(list(uploads.folder().glob("*.upload")))


def test_a_dry_run_tells_of_each_column_and_row_and_writes_nothing(send, ada, team):
    answer = send(ada, dry=True)
    assert answer.status_code == 200
    told = answer.json()
    assert told["counts"] == {"new": 2, "changed": 0, "same": 0, "asked": 0, "refused": 0}
    assert told["columns"][1] == {
        "column": "Summary", "use": "used", "read_as": "title", "filled": 2,
    }  # fmt: skip
    assert told["columns"][-1]["use"] == "ignored"
    assert {"field": "size", "before": "", "after": "M"} in told["rows"][0]["changes"]
    assert (titles(), Job.objects.count(), kept()) == ([], 0, 0)


def test_a_table_is_taken_in_and_its_report_is_that_of_the_dry_run(take_in, ada, team):
    told = take_in(ada)
    assert (told["state"], told["may_undo"]) == ("done", True)
    assert told["report"]["counts"]["new"] == 2
    assert told["report"]["rows"][0]["what"] == "new"
    assert titles() == ["Tax rules", "By hand"]
    assert kept() == 0


def test_rows_as_text_are_a_table_too(api, ada, team):
    body = {"product": "PAY", "text": "title\nPasted\n"}
    job = api(ada).post(URL, body, format="json").json()
    applying.run_import(job["job"])
    assert titles() == ["Pasted"]


def test_an_import_is_taken_back_once(take_in, api, ada, mel, team):
    told = take_in(ada)
    services.change_item(DebtItem.objects.get(external_key="X-2"), by=mel, version=None, title="?")
    address = f"{URL}{told['job']}/"
    undo = api(ada).post(f"{address}undo/")
    assert undo.status_code == 202
    assert api(ada).post(f"{address}undo/").status_code == 409
    applying.run_undo(undo.json()["job"])
    report = api(ada).get(undo.json()["address"]).json()["report"]
    assert (report["taken back"], report["left as they are"]) == (1, 1)
    assert titles() == ["?"]
    assert api(ada).get(address).json()["may_undo"] is False
    assert "nothing left" in api(ada).post(f"{address}undo/").json()["error"][0]


def test_the_same_key_and_file_are_one_import(send, ada, team):
    first = send(ada, key="build-7")
    again = send(ada, key="build-7")
    assert (first.status_code, again.status_code) == (202, 200)
    assert first.json()["job"] == again.json()["job"]
    assert (Job.objects.count(), kept()) == (1, 1)
    applying.run_import(first.json()["job"])
    after = send(ada, key="build-7")
    assert (after.status_code, after.json()["state"]) == (200, "done")
    assert after.json()["report"]["counts"]["new"] == 2


def test_a_key_with_another_file_is_refused(send, ada, team):
    send(ada, key="build-7")
    other = send(ada, "title\nOther\n", key="build-7")
    assert other.status_code == 422
    assert "choose a new one" in other.json()["error"][0]
    assert send(ada, key="build-7", take_file="true").status_code == 422
    assert (Job.objects.count(), kept()) == (1, 1)


def test_keys_that_differ_late_are_two_and_one_too_long_is_refused(send, ada, team):
    first, other = (send(ada, key="x" * 99 + end) for end in "ab")
    assert first.json()["job"] != other.json()["job"]
    long = send(ada, key="x" * 101)
    assert (long.status_code, long.json()) == (
        400, {"Idempotency-Key": ["At most 100 characters."]},
    )  # fmt: skip
    assert (Job.objects.count(), kept()) == (2, 2)


def test_what_failed_or_was_taken_back_may_come_again_with_its_key(send, api, ada, team):
    lost = send(ada, key="build-7").json()["job"]
    Job.objects.filter(pk=lost).update(state=Job.State.FAILED)
    second = send(ada, key="build-7")
    assert second.status_code == 202
    applying.run_import(second.json()["job"])
    undo = api(ada).post(f"{URL}{second.json()['job']}/undo/").json()["job"]
    applying.run_undo(undo)
    assert send(ada, key="build-7").status_code == 202


def test_what_was_edited_here_stays_unless_the_file_wins(take_in, send, ada, mel, team):
    take_in(ada)
    item = DebtItem.objects.get(external_key="X-1")
    services.change_item(item, by=mel, version=None, title="Ours")
    row = send(ada, dry=True).json()["rows"][0]
    assert row["kept"] == [{"field": "title", "here": "Ours", "in_file": "Tax rules"}]
    take_in(ada, take_file="true")
    item.refresh_from_db()
    assert item.title == "Tax rules"


@pytest.mark.parametrize(
    ("sure", "came"),
    [
        ({}, ["Usual"]),
        ({"sure": "3"}, ["Usual", "Also"]),
        ({"sure": "2, 3"}, ["Huge", "Usual", "Also"]),
        ({"sure": "all"}, ["Huge", "Usual", "Also"]),
        ({"sure": "true"}, ["Huge", "Usual", "Also"]),
        ({"sure": "false"}, ["Usual"]),
    ],
)
def test_rows_that_are_asked_about_wait_for_sure(take_in, ada, team, sure, came):
    text = "title,team,interest\nHuge,rails,9999\nAlso,rails,8888\nUsual,rails,2\n"
    told = take_in(ada, text, **sure)
    assert told["report"]["counts"]["asked"] == 3 - len(came)
    assert sorted(titles()) == sorted(came)
    if not sure:
        assert told["report"]["rows"][0]["asked"][0].startswith("Rails has ")


@pytest.mark.parametrize("sure", [True, [2], "2", ["2"]])
def test_the_answer_may_be_json(api, ada, team, sure):
    body = {"product": "PAY", "text": "title,interest\nHuge,9999\n", "sure": sure}
    told = api(ada).post(f"{URL}?dry_run=1", body, format="json").json()
    assert told["counts"]["new"] == 1


@pytest.mark.parametrize(
    ("body", "status", "field", "sentence"),
    [
        ({}, 400, "file", "Send a file"),
        ({"text": "title\nx\n", "sure": {"a": 1}}, 400, "sure", "numbers of rows"),
        ({"text": "title\nx\n", "sure": "two"}, 400, "sure", "numbers of rows"),
        ({"text": "a,b\n1,2\n"}, 422, "error", "No column is called title"),
        ({"text": '[{"title": "x"}]'}, 422, "error", "This is JSON"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(
    api, ada, product, body, status, field, sentence
):
    for address in (URL, f"{URL}?dry_run=1"):
        answer = api(ada).post(address, {"product": "PAY"} | body, format="json")
        assert answer.status_code == status
        assert sentence in str(answer.json()[field])
    assert kept() == 0


@pytest.mark.parametrize(
    ("who", "status"), [("mel", 200), ("ada", 200), ("grace", 404)], ids=str
)  # fmt: skip
def test_who_sees_the_product_reads_its_imports_as_the_jobs_they_are(
    take_in, api, request, ada, mel, grace, team, who, status
):
    told = take_in(ada)
    user = request.getfixturevalue(who)
    assert api(user).get(f"{URL}{told['job']}/").status_code == status
    assert api(user).get(URL, {"product": "PAY"}).status_code == status
    if status == 200:
        (row,) = api(user).get(URL, {"product": "PAY"}).json()["results"]
        assert row["job"] == told["job"]
    assert api(user).get(f"/api/v1/jobs/{told['job']}/").status_code == status


def test_only_who_may_import_takes_one_back(take_in, api, ada, mel, team):
    told = take_in(ada)
    assert api(mel).post(f"{URL}{told['job']}/undo/").status_code == 403
    assert api(ada).post(f"{URL}{told['job']}/undo/").status_code == 202
