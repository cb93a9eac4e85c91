"""Jira's other shapes: Cloud, list view, other languages, repeated columns, links, parents."""

import csv
import io
from datetime import UTC, date, datetime

from roadmaps import importing
from roadmaps.importing import Options


def names(text):
    """Split a header as it is printed."""
    return text.replace("\n", "").split(",")


CLOUD_2025 = names("""
Summary,Issue key,Issue id,Issue Type,Status,Project key,Project name,Project type,
Project lead,Project lead id,Project description,Priority,Resolution,Assignee,Assignee Id,
Reporter,Reporter Id,Creator,Creator Id,Created,Updated,Last Viewed,Resolved,Due date,
Votes,Description,Environment,Watchers,Watchers,Watchers Id,Watchers Id,
Original estimate,Remaining Estimate,Time Spent,Work Ratio,Σ Original Estimate,
Σ Remaining Estimate,Σ Time Spent,Security Level,Attachment,Custom field (Development),
Custom field (Issue color),Custom field (Rank),Sprint,Sprint,Sprint,
Custom field (Start date),Custom field (Story Points),Custom field (Story point estimate),
Custom field (Team),Custom field (Vulnerability),Comment,Comment,Comment,Status Category,
Status Category Changed
""")
LIST_VIEW = names("""
Issue Type,Issue key,Issue id,Summary,Assignee,Assignee Id,Reporter,Reporter Id,
Priority,Status,Resolution,Created,Updated,Due date
""")
SPANISH = names("""
Resumen,Clave de incidencia,ID de la incidencia,Tipo de Incidencia,Estado,Prioridad,
Persona asignada,Creada,Actualizada,Resuelta,Fecha de vencimiento,Estimación original,
Tiempo Trabajado,Enlace de incidencia saliente (Blocks),Campo personalizado (Story Points),
Sprint,Principal,Clave principal,Categoría de estado
""")
PORTUGUESE = names("""
Resumo,Chave da item,ID da item,Tipo de item,Status,Prioridade,Responsável,Criado,
Resolvido,Data limite,Campo personalizado (Story point estimate),Chave pai,
Categoria do status
""")


def export(header, *rows):
    """Write a CSV with the named cells of each row; a list fills repeated columns in order."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    for row in rows:
        left = {name: list(v) if isinstance(v, list) else [v] for name, v in row.items()}
        writer.writerow([left[n].pop(0) if left.get(n) else "" for n in header])
    return out.getvalue().encode()


def issue(number=1, **cells):
    return (
        {"Summary": f"Item {number}", "Issue key": f"ABC-{number}", "Issue id": f"100{number}"}
        | {
            "Status": "To Do",
            "Issue Type": "Story",
        }
        | cells
    )


def read(*rows, header=CLOUD_2025, options=None):
    return importing.read(export(header, *rows), options)


def first(*rows, header=CLOUD_2025, options=None):
    return read(*rows, header=header, options=options).rows[0]


def test_cloud_header_is_recognised():
    assert read(issue()).source == "jira"


def test_cloud_dates_with_am_and_pm():
    row = first(issue(Created="22/Sep/25 9:26 AM", Resolved="23/Sep/25 12:05 AM", Status="Done"))
    assert row.created == datetime(2025, 9, 22, 9, 26, tzinfo=UTC)
    assert row.finished == datetime(2025, 9, 23, 0, 5, tzinfo=UTC)


def test_midnight_in_due_and_start_is_a_day_in_every_zone():
    row = first(
        issue(
            **{"Due date": "24/Mar/26 12:00 AM", "Custom field (Start date)": "1/Mar/26 12:00 AM"}
        ),
        options=Options(zone="America/New_York"),
    )
    assert (row.not_before, row.target) == (date(2026, 3, 1), date(2026, 3, 24))


def test_times_are_read_in_the_zone_that_was_chosen():
    row = first(issue(Created="22/Sep/25 9:26 AM"), options=Options(zone="Asia/Tokyo"))
    assert row.created == datetime(2025, 9, 22, 0, 26, tzinfo=UTC)


def test_the_last_filled_sprint_counts_and_none_is_lost():
    row = first(issue(Sprint=["", "Sprint 7", "Sprint 8"]))
    assert row.sprint == "Sprint 8"
    assert row.extra["Sprints"] == ["Sprint 7", "Sprint 8"]


def test_every_comment_of_repeated_columns_is_kept():
    comments = ["1/Sep/25 9:00 AM;a1;one; two", "2/Sep/25 9:00 AM;a2;three", "x;y;z"]
    assert first(issue(Comment=comments)).extra["Comment"] == comments


def test_a_repeated_column_is_reported_once_with_its_count():
    report = read(issue(Comment=["a;b;c"], Sprint=["", "S", "T"]))
    columns = {column.name: (column.times, column.filled) for column in report.columns}
    assert columns["Comment"] == (3, 1)
    assert columns["Sprint"] == (3, 2)


def test_every_label_of_repeated_columns_is_kept():
    header = [*LIST_VIEW, "Labels", "Labels", "Labels", "Component/s", "Component/s"]
    row = first(issue(Labels=["a", "", "b, c"], **{"Component/s": ["", "Search"]}), header=header)
    assert row.labels == ["a", "b, c"]
    assert row.components == ["Search"]


def test_estimates_in_seconds_become_person_days():
    row = first(issue(**{"Original estimate": "144000", "Time Spent": "14400"}))
    assert (row.estimate, row.estimate_unit, row.spent_days) == (5, "person-days", 0.5)


def test_a_product_may_count_other_hours_in_a_day():
    assert (
        first(issue(**{"Original estimate": "144000"}), options=Options(hours_per_day=4)).estimate
        == 10
    )


def test_half_a_point_stays_half_a_point():
    row = first(issue(**{"Custom field (Story point estimate)": "0.5"}))
    assert (row.estimate, row.estimate_unit) == (0.5, "points")


def test_points_of_company_managed_projects_come_before_those_of_team_managed():
    row = first(
        issue(**{"Custom field (Story Points)": "5.0", "Custom field (Story point estimate)": "8"})
    )
    assert row.estimate == 5


def test_time_beats_points_and_the_points_are_kept():
    row = first(issue(**{"Original estimate": "28800", "Custom field (Story Points)": "5.0"}))
    assert (row.estimate, row.estimate_unit) == (1, "person-days")
    assert row.extra["Story points"] == "5.0"


def test_money_in_a_points_field_shows_in_the_report():
    rows = [issue(n, **{"Custom field (Story Points)": p}) for n, p in ((1, "2"), (2, "2105.0"))]
    assert any("from 2 to 2105" in note for note in read(*rows).notes)


def test_a_number_that_is_none_is_reported_and_left_out():
    parsed = read(issue(**{"Custom field (Story Points)": "many"}))
    assert parsed.rows[0].estimate is None
    assert parsed.problems[0].sentence == "“many” is not a number."
    assert parsed.problems[0].column == "Custom field (Story Points)"
    assert not parsed.problems[0].left_out


def test_an_unknown_status_takes_the_meaning_of_its_category():
    row = first(issue(Status="Ready for the moon", **{"Status Category": "In Progress"}))
    assert row.state == "in_progress"


def test_an_unknown_status_without_category_is_planned_and_marked_as_a_guess():
    parsed = read(issue(Status="Ready for the moon"))
    assert parsed.rows[0].state == "planned"
    assert parsed.words["status"][0].guessed


def test_the_person_may_say_what_a_status_means():
    options = Options(states={"Ready for the moon": "in_progress"})
    parsed = read(issue(Status="Ready for the moon"), options=options)
    assert parsed.rows[0].state == "in_progress"
    assert not parsed.words["status"][0].guessed


def test_done_without_doing_it_is_dropped():
    assert first(issue(Status="Done", Resolution="Won't Do")).state == "dropped"


def test_internal_java_text_is_left_out_and_reported():
    header = [*LIST_VIEW, "Custom field (Approvals)"]
    parsed = read(
        issue(**{"Custom field (Approvals)": "com.x.ApprovalsCFValue@493a1634"}), header=header
    )
    assert parsed.rows[0].extra == {}
    report = next(c for c in parsed.columns if c.name == "Custom field (Approvals)")
    assert (report.use, report.note) == (
        "ignored",
        "internal text of the source, of no use outside it",
    )


def test_custom_fields_are_kept_under_their_own_name():
    header = [*LIST_VIEW, "Custom field (Goals)", "Custom field (תאריך התחלה)"]
    row = first(
        issue(**{"Custom field (Goals)": "Grow", "Custom field (תאריך התחלה)": "x"}), header=header
    )
    assert row.extra == {"Goals": "Grow", "תאריך התחלה": "x"}


def test_list_view_order_and_mark_do_not_matter():
    data = b"\xef\xbb\xbf" + export(LIST_VIEW, issue(**{"Due date": "10/Jan/26"}))
    parsed = importing.read(data)
    assert parsed.source == "jira"
    assert parsed.columns[0].name == "Issue Type"
    assert (parsed.rows[0].title, parsed.rows[0].target) == ("Item 1", date(2026, 1, 10))


def test_spanish_headers_months_and_words():
    row = {
        "Resumen": "Búsqueda lenta",
        "Clave de incidencia": "ABC-1",
        "ID de la incidencia": "10001",
        "Tipo de Incidencia": "Historia",
        "Estado": "Finalizada",
        "Prioridad": "Alta",
        "Creada": "10/nov/25 4:51 PM",
        "Resuelta": "02/ene/26 9:00 AM",
        "Tiempo Trabajado": "28800",
        "Enlace de incidencia saliente (Blocks)": "ABC-2",
        "Campo personalizado (Story Points)": "3,5",
        "Clave principal": "ABC-9",
    }
    parsed = importing.read(export(SPANISH, row))
    read_row = parsed.rows[0]
    assert (parsed.source, read_row.state, read_row.priority) == ("jira", "done", "high")
    assert read_row.created == datetime(2025, 11, 10, 16, 51, tzinfo=UTC)
    assert read_row.finished == datetime(2026, 1, 2, 9, 0, tzinfo=UTC)
    assert (read_row.spent_days, read_row.estimate, read_row.parent) == (1, 3.5, "ABC-9")
    assert read_row.blocks == ["ABC-2"]


def test_portuguese_with_broken_accents_is_mended():
    row = {"Resumo": "Ação", "Chave da item": "ABC-1", "ID da item": "1", "Tipo de item": "Tarefa"}
    row |= {"Status": "Em andamento", "Responsável": "João", "Chave pai": "ABC-2"}
    broken = export(PORTUGUESE, row).decode().encode().decode("latin-1").encode()
    parsed = importing.read(broken)
    assert (parsed.rows[0].title, parsed.rows[0].owner_name) == ("Ação", "João")
    assert (parsed.rows[0].state, parsed.rows[0].parent) == ("in_progress", "ABC-2")
    assert any("mended" in note for note in parsed.notes)


def test_parent_comes_from_parent_key_then_epic_link_then_the_issue_id():
    header = [*LIST_VIEW, "Parent", "Parent key", "Parent summary", "Custom field (Epic Link)"]
    parsed = read(
        issue(1),
        issue(2, **{"Parent": "9999", "Parent key": "ABC-1"}),
        issue(3, **{"Parent": "9999", "Custom field (Epic Link)": "ABC-1"}),
        issue(4, Parent="1001"),
        issue(5, **{"Parent": "8888", "Parent summary": "Elsewhere"}),
        header=header,
    )
    assert [row.parent for row in parsed.rows] == ["", "ABC-1", "ABC-1", "ABC-1", "8888"]
    assert parsed.rows[4].parent_title == "Elsewhere"


def test_the_same_link_seen_from_both_ends_counts_once():
    header = [*LIST_VIEW, "Outward issue link (Blocks)", "Inward issue link (Blocks)"]
    parsed = read(
        issue(1, **{"Outward issue link (Blocks)": "ABC-2"}),
        issue(2, **{"Inward issue link (Blocks)": "ABC-1"}),
        header=header,
    )
    assert parsed.blocking == [("ABC-1", "ABC-2")]
    assert "Links that stood at both of their ends count once: 1." in parsed.notes


def test_links_of_other_types_are_kept_and_order_nothing():
    name = "Outward issue link (Cloners)"
    parsed = read(issue(1, **{name: ["ABC-2", "ABC-3"]}), header=[*LIST_VIEW, name, name])
    assert parsed.blocking == []
    assert parsed.rows[0].extra[name] == ["ABC-2", "ABC-3"]


def test_a_link_count_is_not_a_link():
    header = [*LIST_VIEW, "Custom field (Issue Link Count)"]
    assert read(issue(**{"Custom field (Issue Link Count)": "2"}), header=header).blocking == []


def test_a_row_without_key_is_left_out_with_its_cells():
    parsed = read(issue(1), issue(2, **{"Issue key": ""}))
    assert [row.key for row in parsed.rows] == ["ABC-1"]
    assert parsed.problems[0].left_out
    assert parsed.bad_rows[3][0] == "Item 2"


def test_a_key_that_stands_twice_is_taken_once():
    parsed = read(issue(1), issue(1))
    assert len(parsed.rows) == 1
    assert parsed.problems[0].sentence == "ABC-1 stands in row 2 already."


def test_an_id_that_stands_twice_names_the_first_row_only():
    parsed = read(issue(1), issue(2, **{"Issue id": "1001"}))
    assert [row.ids for row in parsed.rows] == [("1001",), ()]
    assert parsed.problems[0].sentence == "The id 1001 stands in row 2 already."


def test_a_row_of_the_wrong_width_is_left_out():
    data = export(LIST_VIEW, issue(1), issue(2)) + b"Story,ABC-3,3\r\n"
    parsed = importing.read(data)
    assert len(parsed.rows) == 2
    assert parsed.problems[0].sentence == "The row stops after 3 of 14 cells."


def test_a_huge_cell_is_read_whole():
    assert len(first(issue(Description="x" * 300_000)).description) == 300_000


def test_cells_that_look_like_formulas_stay_text():
    row = first(issue(Summary="=cmd()|'/C calc'!A0", Description="@SUM(A1)"))
    assert (row.title, row.description) == ("=cmd()|'/C calc'!A0", "@SUM(A1)")


def test_a_wide_file_keeps_all_values_of_a_name():
    header = LIST_VIEW + ["Labels"] * 2000
    parsed = read(issue(Labels=[""] * 1999 + ["last"]), header=header)
    assert parsed.rows[0].labels == ["last"]
