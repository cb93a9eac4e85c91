"""Records become decisions, come out byte for byte, and can be taken back."""

import datetime
import io
import json
import uuid
import zipfile

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from tests.tradeoffs.reading import read
from tests.tradeoffs.records.collections import FOLDER, NAMES, files_of
from tpm.models import Change
from tradeoffs import chain, export, exporting, import_services, record_files, services
from tradeoffs.import_services import Refused, Source
from tradeoffs.import_services.undoing import Undo
from tradeoffs.models import Decision, DecisionLink, RecordFile, StatusWord, Supersession

OPEN = (
    "# 1. Which queue?\n\n## Status\n\nProposed\n\n## Context\n\nOrders wait.\n\n## Decision\n\nx\n"
)
MADR = """---
status: proposed
---
# Which store?

## Context and Problem Statement

Orders.

## Considered Options

* Postgres
* SQLite

## Decision Outcome

Chosen option: "Postgres", because it is known.
"""


def source(**files: str) -> Source:
    named = [(f"{name}.md", text.encode()) for name, text in files.items()]
    return Source("adr", named)


@pytest.fixture
def bring(product, lena):
    """Import files by name, and return the report."""

    def run(**files):
        return import_services.import_records(product, source(**files), by=lena)

    return run


@pytest.mark.parametrize(
    ("name", "states"),
    [
        ("identus-cloud-agent", {"accepted": 18, "draft": 4}),
        (
            "modernisation-platform",
            {"accepted": 35, "rejected": 6, "in_review": 2, "superseded": 2},
        ),
    ],
)
def test_a_real_collection_comes_in_and_goes_out_unchanged(product, lena, tmp_path, name, states):
    report = import_services.import_records(product, Source(name, files_of(name)), by=lena)
    rows = Decision.objects.filter(product=product)
    assert {s: rows.filter(state=s).count() for s in states} == states
    assert report["counts"]["records"] == rows.count() == report["counts"]["created"]
    data = dict(files_of(name))
    written = {file.path: file.data for file in exporting.exported(rows, viewer=None)}
    assert len(written) == rows.count()
    for path, text in written.items():
        assert text == data[path.split("/", 2)[2]], path


@pytest.mark.parametrize("name", NAMES)
def test_the_same_files_again_change_nothing(product, lena, name):
    first = import_services.import_records(product, Source(name, files_of(name)), by=lena)
    lines = Change.objects.count()
    again = import_services.import_records(product, Source(name, files_of(name)), by=lena)
    assert again["counts"]["unchanged"] == first["counts"]["created"]
    assert again["counts"]["created"] == again["counts"]["updated"] == 0
    assert Change.objects.count() == lines


def test_both_ends_of_a_replacement_and_the_raw_status_are_kept(product, lena):
    name = "modernisation-platform"
    import_services.import_records(product, Source(name, files_of(name)), by=lena)
    (row,) = Supersession.objects.all()
    assert (row.old.file.source_number, row.new.file.source_number) == (4, 19)
    assert row.old.file.raw_status.startswith("⌛️ Superseded [0019]")
    (link,) = DecisionLink.objects.filter(suggested=False)
    assert (link.kind, link.to, link.decision.file.source_number) == ("superseded by", None, 25)


def test_what_the_file_does_not_say_is_left_open(bring):
    bring(**{"0001-a": "# 1. A\n\n## Status\n\nAccepted\n\n## Context\n\nx\n"})
    decision = Decision.objects.get()
    assert decision.state == "accepted"
    assert (decision.chosen, decision.reasons, decision.decided_at, decision.decided_by) == (
        None,
        "",
        None,
        None,
    )


def test_an_unknown_status_stands_as_a_draft_and_says_so(bring):
    report = bring(**{"0001-a": "# 1. A\n\n## Status\n\nParked\n\n## Context\n\nx\n"})
    file = RecordFile.objects.get()
    assert (file.unmapped, file.raw_status, file.decision.state) == (True, "Parked", "draft")
    assert report["statuses"] == {"parked": 1}


def test_a_word_added_to_the_table_maps_it_at_the_next_import(bring):
    text = "# 1. A\n\n## Status\n\nParked\n\n## Context\n\nx\n"
    bring(**{"0001-a": text})
    StatusWord.objects.create(word="parked", state="deprecated")
    report = bring(**{"0001-a": text})
    assert report["counts"]["updated"] == 1
    assert RecordFile.objects.get().unmapped is False
    assert Decision.objects.get().state == "deprecated"


def test_a_dry_run_writes_nothing(product):
    plan, report = import_services.preview_records(product, source(**{"0001-a": OPEN}))
    assert report["counts"]["created"] == 1
    assert [action.verb for action in plan.actions] == ["create"]
    assert not Decision.objects.exists()
    assert not RecordFile.objects.exists()


def test_an_edit_here_patches_its_section_alone(bring, mel):
    bring(**{"0001-a": MADR})
    decision = Decision.objects.get()
    services.edit_decision(decision, by=mel, version=None, fields={"context": "Many orders."})
    decision = Decision.objects.select_related("file").get()
    assert export.as_markdown(decision) == MADR.replace("\nOrders.\n", "\nMany orders.\n")


def test_a_new_option_and_choice_are_written_into_the_file(bring, mel):
    bring(**{"0001-a": MADR})
    decision = Decision.objects.get()
    option = services.add_option(decision, by=mel, name="Files")
    services.edit_decision(decision, by=mel, version=None, fields={"chosen": option})
    text = export.as_markdown(Decision.objects.get())
    assert text == MADR.replace("* SQLite\n", "* SQLite\n* Files\n").replace(
        '"Postgres"', '"Files"'
    )


def test_a_replaced_decision_says_so_in_its_file(bring, make_decision, lena, mel, in_review):
    bring(**{"0001-a": OPEN.replace("Proposed", "Accepted")})
    old = Decision.objects.get(imported=True)
    services.note_replacement(in_review, by=lena, old=old)
    services.review(
        in_review, by=lena, version=in_review.version, verdict="approve", reason="Yes.",
        chosen=in_review.options.first(),
    )  # fmt: skip
    text = export.as_markdown(Decision.objects.get(pk=old.pk))
    assert f"\nSuperseded by {in_review.key} {in_review.title}\n" in text
    assert text.replace(f"Superseded by {in_review.key} {in_review.title}", "Proposed") == OPEN


def test_a_changed_file_updates_what_nobody_edited_here(bring, mel):
    bring(**{"0001-a": MADR})
    decision = Decision.objects.get()
    services.edit_decision(decision, by=mel, version=None, fields={"context": "Typed here."})
    changed = MADR.replace("Orders.", "From the file.").replace("it is known", "it is fast")
    report = bring(**{"0001-a": changed})
    decision.refresh_from_db()
    assert (decision.context, decision.reasons) == ("Typed here.", "it is fast.")
    (row,) = report["records"]
    assert (row["what"], row["changes"], row["kept"]) == ("updated", ["reasons"], ["context"])
    assert export.as_markdown(Decision.objects.get()) == changed.replace(
        "From the file.", "Typed here."
    )


def test_a_frozen_decision_keeps_its_text_when_its_file_changes(bring):
    text = OPEN.replace("Proposed", "Accepted")
    bring(**{"0001-a": text})
    report = bring(**{"0001-a": text.replace("Orders wait.", "Orders hurry.")})
    assert report["records"][0]["what"] == "left alone"
    assert "frozen" in report["records"][0]["why"]
    assert Decision.objects.get().context == "Orders wait."


def test_a_file_that_says_superseded_moves_its_decision(bring):
    text = OPEN.replace("Proposed", "Accepted")
    bring(**{"0001-a": text})
    newer = OPEN.replace("# 1. Which queue?", "# 2. Which log?").replace("Proposed", "Accepted")
    older = text.replace("Accepted", "Superseded by [2. Which log?](0002-b.md)")
    bring(**{"0001-a": older, "0002-b": newer})
    old = Decision.objects.get(file__path="0001-a.md")
    assert old.state == "superseded"
    assert old.replaced_by.get().new.file.path == "0002-b.md"
    assert export.as_markdown(old) == older


@pytest.mark.parametrize("judged", ["asked", "planned", "objected"])
def test_a_file_closes_no_decision_that_is_reviewed_here(bring, root, ada, mel, judged):
    bring(**{"0001-a": OPEN})
    decision = Decision.objects.get()
    if judged == "planned":
        services.plan_review(
            decision, by=mel, version=0, rule="count", today=datetime.date(2026, 3, 2)
        )
    else:
        services.ask_reviewers(decision, by=root, people=[ada.person])
    if judged == "objected":
        services.review(decision, by=ada, version=None, verdict="object", reason="No.")
    before = Decision.objects.get().state
    report = bring(**{"0001-a": OPEN.replace("Proposed", "Accepted")})
    assert Decision.objects.get().state == before
    (row,) = report["records"]
    assert row["kept"] == ["state"]
    assert "reviewed here" in row["why"]


@pytest.mark.parametrize(("word", "kind"), [("Accepted", "accepted"), ("Rejected", "rejected")])
def test_what_a_file_closes_is_kept_in_the_chain(bring, product, word, kind):
    bring(**{"0001-a": OPEN})
    bring(**{"0001-a": OPEN.replace("Proposed", word)})
    decision = Decision.objects.get()
    assert decision.state == kind
    assert [row.kind for row in decision.closings.all()] == [kind]
    assert chain.check(product) is None


def undo(product, report, by):
    undo = Undo(product, uuid.UUID(report["batch"]), by=by, progress=lambda done: None)
    undo.run()
    return undo


def test_undo_removes_what_nobody_touched_and_lists_the_rest(product, bring, lena, mel):
    report = bring(
        **{"0001-a": OPEN, "0002-b": MADR, "0003-c": OPEN.replace("Proposed", "Accepted")}
    )
    touched = Decision.objects.get(file__path="0002-b.md")
    services.edit_decision(touched, by=mel, version=None, fields={"context": "Mine."})
    done = undo(product, report, lena)
    assert done.removed == 2
    assert [key for key, _ in done.stayed] == [touched.key]
    assert list(Decision.objects.all()) == [touched]


def test_undo_of_a_second_import_puts_the_first_back(product, bring, lena):
    bring(**{"0001-a": MADR})
    report = bring(**{"0001-a": MADR.replace("it is known", "it is fast")})
    done = undo(product, report, lena)
    decision = Decision.objects.get()
    assert (done.restored, decision.reasons) == (1, "it is known.")
    assert export.as_markdown(decision) == MADR


def test_after_an_undo_the_same_files_come_in_again(product, bring, lena):
    undo(product, bring(**{"0001-a": OPEN}), lena)
    assert bring(**{"0001-a": OPEN})["counts"]["created"] == 1


def test_a_key_is_never_given_twice(product, bring, lena):
    bring_report = bring(**{"0001-a": OPEN})
    key = Decision.objects.get().key
    undo(product, bring_report, lena)
    bring(**{"0001-a": OPEN})
    assert Decision.objects.get().key != key


def packed(files: dict[str, bytes]) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    out.seek(0)
    return out


def test_paths_that_lead_out_of_an_archive_are_passed_over():
    files = {"../evil.md": b"x", "/etc/a.md": b"x", "C:\\a.md": b"x", "a/../../b.md": b"x"}
    found = import_services.from_zip(packed(files | {"adr/0001-a.md": OPEN.encode()}))
    assert [path for path, _ in found.files] == ["0001-a.md"]
    assert len(found.skipped) == 4
    assert all("out of the archive" in row.why for row in found.skipped)


def test_a_zip_bomb_is_not_unpacked():
    bomb = packed({f"{n:04}-a.md": b"a" * 30_000_000 for n in range(3)})
    found = import_services.from_zip(bomb)
    assert found.files == []
    assert all("at most 1 MB" in row.why for row in found.skipped)


def test_a_size_that_lies_is_found_while_unpacking():
    data = packed({"0001-a.md": b"b" * 3_000_000}).getvalue()
    size = (3_000_000).to_bytes(4, "little")
    lying = data.replace(size, (1000).to_bytes(4, "little"))
    found = import_services.from_zip(io.BytesIO(lying))
    assert found.files == []
    assert len(found.skipped) == 1


def test_the_common_folder_of_an_archive_is_no_part_of_the_path():
    found = import_services.from_zip(packed({"repo/adr/1.md": b"x", "repo/adr/b/2.md": b"y"}))
    assert [path for path, _ in found.files] == ["1.md", "b/2.md"]


def test_what_is_no_archive_is_refused():
    with pytest.raises(Refused, match="no zip archive"):
        import_services.from_zip(io.BytesIO(b"PK\x03\x04 nonsense"))


def test_links_in_a_folder_are_not_followed(tmp_path):
    (tmp_path / "secret.txt").write_text("# 1. Secret")
    folder = tmp_path / "adr"
    folder.mkdir()
    (folder / "0001-a.md").symlink_to(tmp_path / "secret.txt")
    assert import_services.from_folder(folder).files == []


def test_the_command_reports_as_json(product, lena, root, capsys):
    where = str(FOLDER / "modernisation-platform")
    call_command("import_decisions", where, product=product.key, json=True, dry_run=True)
    report = json.loads(capsys.readouterr().out)
    assert len(report["records"]) == 45
    assert report["statuses"]["accepted"] == 35
    assert len(report["supersession_edges"]) == 1
    assert {row["path"] for row in report["skipped"]} == {"README.md", "SOURCES.md"}
    assert not Decision.objects.exists()


def test_commands_bring_a_folder_in_and_write_it_back(product, root, tmp_path, capsys):
    name = "identus-cloud-agent"
    call_command("import_decisions", str(FOLDER / name), product=product.key)
    assert "records: 22" in capsys.readouterr().out
    call_command("export_decisions", str(tmp_path / "out"), collection=name)
    data = dict(files_of(name))
    written = {p.name: p.read_bytes() for p in (tmp_path / "out").iterdir()}
    assert len(written) == 22
    assert all(data[path] == text for path, text in written.items())


def test_the_export_of_everything_has_a_folder_for_each_collection(
    product, root, tmp_path, bring, decision
):
    bring(**{"0001-a": OPEN})
    call_command("export_decisions", str(tmp_path))
    paths = sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*.md"))
    assert f"{product.key}/adr/0001-a.md" in paths
    assert any(path.startswith(f"{product.key}/decisions/") for path in paths)


def test_commands_say_what_they_cannot_find(product, root, tmp_path):
    with pytest.raises(CommandError, match="no product NONE"):
        call_command("import_decisions", str(tmp_path), product="NONE")
    with pytest.raises(CommandError, match="no folder"):
        call_command("import_decisions", str(tmp_path / "none"), product=product.key)
    with pytest.raises(CommandError, match="collections are called"):
        call_command("export_decisions", str(tmp_path), collection="none")


def test_nygard_and_madr_of_decisions_made_here_read_as_they_are(accepted):
    from tradeoffs import records

    for text in (export.as_nygard(read(accepted)), export.as_markdown(accepted)):
        record = records.parse("0001-x.md", text)
        assert (record.title, record.status.name) == (accepted.title, "accepted")
    assert records.parse("1.md", export.as_markdown(accepted)).chosen == "Outbox"


def test_an_imported_decision_that_is_closed_is_as_frozen_as_any(bring):
    bring(**{"0001-a": OPEN.replace("Proposed", "Accepted")})
    with pytest.raises(Exception, match="frozen"), transaction.atomic():
        Decision.objects.update(context="another")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Use `bash` and `go` as core languages", "Use bash and go as core languages"),
        ("Move to [Kafka](https://kafka.apache.org) **now**", "Move to Kafka now"),
        ("Rename snake_case_names, 2 * 3 * 4", "Rename snake_case_names, 2 * 3 * 4"),
        ("`", "`"),
    ],
)
def test_a_title_is_shown_without_marks_and_its_file_keeps_them(product, lena, typed, shown):
    data = f"# 4. {typed}\n\n## Status\n\nProposed\n\n## Context\n\nOld.\n".encode()
    source = Source("adr", [("0004-a.md", data)])
    import_services.import_records(product, source, by=lena)
    decision = Decision.objects.get()
    assert decision.title == shown
    assert record_files.bytes_of(decision, decision.file) == data
    again = Source("adr", [("0004-a.md", data.replace(b"Old", b"New"))])
    import_services.import_records(product, again, by=lena)
    decision = Decision.objects.get()
    assert (decision.title, decision.context) == (shown, "New.")
    assert b"`bash`" in record_files.bytes_of(decision, decision.file) or "bash" not in typed
