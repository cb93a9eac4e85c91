"""Browser tests: a real Chromium on real pages.

`open_page(path, theme=, width=)` opens a page of the gallery's server, which shows every component
beside the ground floor's pages; `sample_site` is a whole running stack with the sample workspace.
"""

import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.services_for_tests import ROOT, clean_environment, end, free_port, get, wait_for

PASSWORD = "look at every screen"


def pytest_collection_modifyitems(items) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@dataclass(frozen=True)
class Gallery:
    url: str
    sessions: dict[str, str]

    def cookies(self, username: str | None) -> list[dict]:
        if username is None:
            return []
        return [{"name": "sessionid", "value": self.sessions[username], "url": self.url}]


@pytest.fixture(scope="session")
def gallery_site(tmp_path_factory):
    """A server of the gallery with Ada, a planner, and Kay, who switched single keys off."""
    folder = tmp_path_factory.mktemp("gallery")
    env = clean_environment(
        TPM_DATA_DIR=str(folder),
        DJANGO_SETTINGS_MODULE="tests.browser.gallery_settings",
        PYTHONPATH=str(ROOT),
    )

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=env, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run("manage.py", "migrate", "--verbosity=0")
    sessions = json.loads(run("tests/browser/gallery_people.py").splitlines()[-1])
    port = free_port()
    site = Gallery(f"http://127.0.0.1:{port}", sessions)
    command = [sys.executable, "manage.py", "runserver", "--noreload", "--nostatic", str(port)]
    with open(folder / "server.log", "w") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
    wait_for(
        lambda: get(f"{site.url}/help/")[0] == 200,
        seconds=30,
        what="the gallery",
        explain=(folder / "server.log").read_text,
    )
    yield site
    end(server)


@pytest.fixture
def new_context(browser):
    """new_context(theme=, width=, cookies=[...], **options) -> a context, closed after the test."""
    made = []

    def make(*, theme: str = "light", width: int = 1440, height: int = 900, cookies=(), **options):
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=theme, **options
        )
        context.set_default_timeout(5000)
        if cookies:
            context.add_cookies(list(cookies))
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()


@pytest.fixture
def open_page(gallery_site, new_context) -> Callable:
    """open_page(path, user=, theme=, width=, **options) -> a page of the gallery, signed in."""

    def go(path: str = "/gallery/", *, user: str | None = "ada", **options):
        page = new_context(cookies=gallery_site.cookies(user), **options).new_page()
        page.goto(gallery_site.url + path)
        return page

    return go


@pytest.fixture(scope="session")
def sample_site(make_stack, tmp_path_factory):
    """A whole stack with the sample workspace, and an administrator who may see every screen.

    The sample and its first forecasts are made once; every other process of the run copies them.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    stack, made = make_stack("default", sample=True), shared / "sample"
    with open(shared / "sample.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if made.exists():
            shutil.copytree(made, stack.data, dirs_exist_ok=True)
            stack.start()
        else:
            stack.start()
            stack.wait_until_current()
            stack.django(
                "from tpm.models import User; User.objects.create_superuser("
                "'looker', 'looker@example.org', password, first_name='Mira', last_name='Kovač')",
                password=PASSWORD,
            )
            stack.copy_to(made)
    stack.wait_until_current()
    return stack


@pytest.fixture(scope="session")
def administrator_cookies(browser, sample_site) -> list[dict]:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{sample_site.url}/accounts/login/")
    page.get_by_label("Username or e-mail").fill("looker")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/login/" not in url)
    cookies = context.cookies()
    context.close()
    return cookies
