"""Comments on any record, and those whom they address."""

import pytest

from tpm import comments, history, markdown
from tpm.models import Comment, Level, Mention, Person, Role, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(make_item):
    return make_item(title="Retries")


def addressed(body: str, product) -> set[str]:
    return {person.name for person in comments.addressed(body, product)}


@pytest.fixture
def mira(make_user, product) -> User:
    user = make_user("Mira")
    Person.objects.filter(user=user).update(name="Mira Kovač")
    Role.objects.create(person=user.person, product=product, level=Level.MEMBER)
    return user


@pytest.mark.parametrize(
    "body",
    [
        "@Mira Kovač look",
        "ask @mira",
        "(@Mira)",
        "@MIRA KOVAČ!",
        "- one\n- @mira, two",
        "**@mira**",
    ],
)
def test_a_name_after_an_at_addresses_its_person(body, product, mira):
    assert addressed(body, product) == {"Mira Kovač"}


@pytest.mark.parametrize(
    "body",
    [
        "Mira",
        "m@mira",
        "@miranda",
        "`@mira`",
        "```\n@mira\n```",
        "[@mira](https://a.org)",
        "@@mira",
    ],
)
def test_code_links_and_other_words_address_nobody(body, product, mira):
    assert addressed(body, product) == set()


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("İrem Kaya", "İrem Kaya"),
        ("İrem Kaya", "İREM KAYA"),
        ("İrem Kaya", "irem"),
        ("irem", "İrem"),
        ("Ilse", "ılse"),
        ("Sam", "ſam"),
        ("Groß", "groß"),
        ("ΣΩΣ", "σως"),
    ],
)
def test_a_name_is_found_in_any_case_of_any_letter(name, typed, product, mel, item, client_of):
    reader = Person.objects.create(name=name)
    Role.objects.create(person=reader, product=product, level=Level.VIEWER)
    body = f"hi @{typed}, look"
    data = {"body": body}
    assert client_of(mel).post(f"/comments/roadmaps.item/{item.pk}/", data).status_code == 302
    mention = Mention.objects.get()
    assert mention.person == reader
    assert f'<span class="at-name">@{typed}</span>' in markdown.render(body, mention.words)
    assert name in client_of(mel).get(f"/p/PAY/people/?q={typed}").content.decode()


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("@Nobody look", ["Nobody"]),
        ("@mira and @mirabelle, @Mira Kovač", ["mirabelle"]),
        ("ask@example.org, `@code`, @", []),
        ("@Grace", ["Grace"]),
    ],
)
def test_words_after_an_at_that_name_nobody_are_found(body, names, product, mira, grace):
    assert comments.unknown_names(body, product) == names


def test_whoever_names_nobody_is_told_so(client_of, item, mel):
    url = f"/comments/{history.subject_type(item)}/{item.pk}/"
    answer = client_of(mel).post(url, {"body": "@Nobody, look at this"}, follow=True)
    assert "no one who may read this is called @Nobody" in answer.content.decode()
    assert comments.comments_on(item).count() == 1


def test_who_may_not_see_the_product_cannot_be_addressed(product, grace, item, mel):
    comments.comment_on(item, by=mel, body="@Grace, look")
    assert not Mention.objects.exists()


def test_whose_account_is_closed_cannot_be_addressed(product, mira):
    User.objects.filter(pk=mira.pk).update(is_active=False)
    assert addressed("@Mira", product) == set()


def test_a_first_name_of_two_people_addresses_neither_but_the_whole_name_does(product, mira):
    other = Person.objects.create(name="Mira Novak")
    Role.objects.create(person=other, product=product, level=Level.VIEWER)
    assert addressed("@Mira Novak", product) == {"Mira Novak"}
    User.objects.filter(pk=mira.pk).update(username="mk")
    assert addressed("ask @Mira", product) == set()


def test_home_tells_the_addressed_until_they_mark_it_read(client_of, item, mel, ada):
    comments.comment_on(item, by=mel, body="@Ada, is **this** right?")
    browser = client_of(ada)
    page = browser.get("/p/PAY/").content.decode()
    assert "Comments that name you" in page
    assert "@Ada, is this right?" in page
    mention = Mention.objects.get()
    assert browser.post("/p/PAY/mentions/read/", {"mention": mention.pk}).status_code == 302
    assert "Comments that name you" not in browser.get("/p/PAY/").content.decode()


def test_comments_on_what_is_gone_hide_none_that_can_be_read(client_of, item, mel, ada):
    comments.comment_on(item, by=mel, body="@Ada, read this")
    for number in range(8):
        comments.comment_on(item, by=mel, body=f"@Ada {number}")
    newest = Comment.objects.order_by("-pk")[:8].values_list("pk", flat=True)
    Comment.objects.filter(pk__in=list(newest)).update(subject_id=item.pk + 1000)
    page = client_of(ada).get("/p/PAY/").content.decode()
    assert "@Ada, read this" in page
    assert "1 of" not in page.split('id="mentions"')[1].split("</section>")[0]


@pytest.mark.parametrize("number", [str(2**63), "9" * 5000])
def test_a_number_that_no_row_has_marks_nothing(client_of, item, mel, ada, number):
    comments.comment_on(item, by=mel, body="@Ada, look")
    answer = client_of(ada).post("/p/PAY/mentions/read/", {"mention": number})
    assert answer.status_code == 302
    assert Mention.objects.get().seen_at is None


def test_nobody_is_told_of_their_own_words(client_of, item, ada):
    comments.comment_on(item, by=ada, body="@Ada, remember")
    assert "Comments that name you" not in client_of(ada).get("/p/PAY/").content.decode()


def test_another_cannot_mark_mine_as_read(client_of, item, mel, ada, vic):
    comments.comment_on(item, by=mel, body="@Ada, look")
    client_of(vic).post("/p/PAY/mentions/read/", {"mention": Mention.objects.get().pk})
    assert Mention.objects.get().seen_at is None


def test_another_product_keeps_its_mentions(client_of, item, mel, ada, other_product):
    comments.comment_on(item, by=mel, body="@Ada, look")
    Role.objects.create(person=ada.person, product=other_product, level=Level.VIEWER)
    browser = client_of(ada)
    assert "Comments that name you" not in browser.get("/p/OPS/").content.decode()
    browser.post("/p/OPS/mentions/read/")
    assert Mention.objects.get().seen_at is None


def test_an_edit_tells_those_named_now_and_none_twice(item, mel, ada, lena):
    comment = comments.comment_on(item, by=mel, body="@Ada")
    comments.mark_read(ada, item.product)
    comments.edit_comment(comment, by=mel, body="@Ada and @Lena")
    assert comments.unread_by(ada, item.product).count() == 0
    assert comments.unread_by(lena, item.product).count() == 1
    comments.edit_comment(comment, by=mel, body="nobody")
    assert not Mention.objects.exists()


def test_a_deleted_comment_tells_nobody(item, mel, ada):
    comment = comments.comment_on(item, by=mel, body="@Ada")
    comments.delete_comment(comment, by=mel)
    assert not Mention.objects.exists()


def test_the_page_sets_the_name_apart_and_escapes_the_rest(client_of, item, mel, ada):
    comments.comment_on(item, by=mel, body="@Ada <b>&\"'</b> <script>alert(1)</script>")
    page = client_of(ada).get(item.get_absolute_url()).content.decode()
    assert '<span class="at-name">@Ada</span> &lt;b&gt;&amp;"' in page
    assert "<script>alert" not in page


def test_a_renamed_person_keeps_the_words_that_were_typed(item, mel, ada):
    comment = comments.comment_on(item, by=mel, body="@Ada")
    Person.objects.filter(user=ada).update(name="Countess")
    words = [word for mention in comment.mentions.all() for word in mention.words]
    assert "at-name" in markdown.render(comment.body, words)


def test_a_text_cannot_give_itself_the_look_of_a_name():
    assert "<span" not in markdown.render('<span class="at-name">@Root</span>')


def test_a_name_full_of_signs_is_escaped():
    made = markdown.render("@O'Neil <b>", ["O'Neil <b>"])
    assert "<b>" not in made
    assert 'class="at-name"' in made


def test_people_are_offered_by_any_part_of_their_name(client_of, mel, mira, grace):
    browser = client_of(mel)
    assert "Mira Kovač" in browser.get("/p/PAY/people/?q=kov").content.decode()
    assert "Grace" not in browser.get("/p/PAY/people/?q=g").content.decode()


def test_comments_on_debt_and_decisions_tell_as_well(client_of, product, mel, ada):
    from debt.services import log_debt_item
    from tradeoffs.services import draft_decision

    for subject in (
        log_debt_item(product, by=mel, title="Retries by hand"),
        draft_decision(product, by=mel, title="Which queue?"),
    ):
        comments.comment_on(subject, by=mel, body="@Ada, look")
        page = client_of(ada).get("/p/PAY/").content.decode()
        assert subject.get_absolute_url() + "#comment-" in page


def test_a_page_of_many_comments_asks_for_mentions_once(
    client_of, item, mel, django_assert_max_num_queries, ada
):
    for number in range(12):
        comments.comment_on(item, by=mel, body=f"@Ada {number}")
    found = comments.comments_on(item)
    with django_assert_max_num_queries(2):
        assert len([row.mentions.all()[0].words for row in found]) == 12


def test_history_keeps_no_words_of_a_comment(item, mel):
    comment = comments.comment_on(item, by=mel, body="Secret")
    comments.edit_comment(comment, by=mel, body="Hm")
    assert "Secret" not in str(list(history.changes_of(item).values("fields", "why")))
