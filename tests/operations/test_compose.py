"""docker-compose.yml, taken at its word: its five processes run here with the settings it gives."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.services_for_tests import (
    ROOT,
    clean_environment,
    end,
    free_port,
    get,
    needed,
    private_postgres,
    wait_for,
)

SERVICES = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
FIVE = ("db", "broker", "web", "worker", "beat")


def default_of(text: str) -> str:
    """The text as compose reads it where nothing is set: ${NAME:-default} -> default."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text)


def test_the_five_processes_and_the_two_steps_before_them_are_there():
    assert set(SERVICES) == {*FIVE, "secrets", "migrate"}


@pytest.mark.parametrize("name", FIVE)
def test_each_process_has_a_health_check_and_comes_back(name):
    assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_our_processes_share_one_image():
    assert len({SERVICES[name]["image"] for name in ("web", "worker", "beat", "migrate")}) == 1


def test_nothing_has_to_be_set():
    text = (ROOT / "docker-compose.yml").read_text()
    assert [name for name in re.findall(r"\$\{([^}]*)\}", text) if ":-" not in name] == []


def test_no_password_or_secret_stands_in_the_file():
    def values(node):
        if isinstance(node, dict):
            for key, value in node.items():
                if isinstance(value, str):
                    yield key, value
                yield from values(value)
        elif isinstance(node, list):
            for value in node:
                yield from values(value)

    named = [
        key for key, value in values(SERVICES) if re.search("PASSWORD|SECRET|TOKEN", key.upper())
    ]
    assert [key for key in named if not key.endswith("_FILE")] == []
    assert not re.search(r"://[^/@\s]*:[^/@\s]*@", (ROOT / "docker-compose.yml").read_text())


def test_only_this_machine_reaches_the_published_port():
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert [default_of(port) for port in published] == ["127.0.0.1:8000:8000"]


def test_the_image_installs_the_hashed_lock_and_does_not_run_as_root():
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert "--require-hashes --requirement /tmp/requirements.txt" in dockerfile
    assert re.findall(r"^USER (.*)$", dockerfile, re.MULTILINE)[-1] == "tpm"


def test_the_image_gets_every_package_that_is_imported():
    allowed = re.findall(r"^!(\w+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
    apps = {path.parent.name for path in ROOT.glob("*/apps.py")}
    assert apps | {"templates", "static"} <= set(allowed)


class Translation:
    """Names and folders of the containers in terms of this machine."""

    def __init__(self, folder: Path, *, broker: int, web: int) -> None:
        self.pairs = [
            ("redis://broker:6379", f"redis://127.0.0.1:{broker}"),
            ("/run/tpm-secrets", str(folder / "secrets")),
            ("/data", str(folder / "data")),
            ("127.0.0.1:8000", f"127.0.0.1:{web}"),
            ("0.0.0.0", "127.0.0.1"),
        ]
        self.web = web

    def of(self, text: str) -> str:
        text = default_of(text)
        for there, here in self.pairs:
            text = text.replace(there, here)
        return text

    def environment(self, service: dict, image: dict[str, str]) -> dict[str, str]:
        given = {**image, **(service.get("environment") or {})}
        env = {name: self.of(str(value)) for name, value in given.items()}
        if "PORT" in env:
            env["PORT"] = str(self.web)
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        return clean_environment(**env) | {"PATH": path}

    def command(self, words: list[str]) -> list[str]:
        return [self.of(word) for word in words]


def settings_of_the_image(folder: Path) -> dict[str, str]:
    """What the Dockerfile's ENV gives, but for the path of its own Python."""
    block = re.search(r"^ENV (.*(?:\\\n.*)*)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert block
    found = dict(re.findall(r"(\w+)=(\S+)", block[1]))
    found.pop("PATH")
    return {name: value.replace("/app", str(folder)) for name, value in found.items()}


@pytest.mark.integration
def test_the_five_processes_work_together_with_these_settings(tmp_path):
    needed("redis-server")
    initdb, postgres = needed("initdb"), needed("postgres")
    ports = {"broker": free_port(), "web": free_port()}
    here = Translation(tmp_path, **ports)
    image = settings_of_the_image(tmp_path)
    running: list[subprocess.Popen] = []
    log = open(tmp_path / "log", "w")  # noqa: SIM115 - closed at the end

    def start(name: str, words: list[str] | None = None) -> subprocess.Popen:
        process = subprocess.Popen(
            here.command(words or SERVICES[name]["command"]),
            cwd=ROOT,
            env=here.environment(SERVICES[name], image),
            stdout=log,
            stderr=log,
        )
        running.append(process)
        return process

    def unhealthy(*names: str) -> list[str]:
        checks = {name: start(name, SERVICES[name]["healthcheck"]["test"][1:]) for name in names}
        return [name for name, check in checks.items() if check.wait(60) != 0]

    for folder in ("secrets", "data"):
        (tmp_path / folder).mkdir()
    try:
        assert start("secrets").wait(30) == 0
        password = (tmp_path / "secrets/postgres-password").read_text().strip()
        assert len(password) >= 32
        assert start("secrets").wait(30) == 0
        assert (tmp_path / "secrets/postgres-password").read_text().strip() == password

        database = SERVICES["db"]["environment"]
        with private_postgres(
            initdb, postgres, user=database["POSTGRES_USER"], password=password
        ) as server:
            server.create_database(database["POSTGRES_DB"])
            here.pairs.append(("@db:5432", f"@127.0.0.1:{server.port}"))
            folder = tmp_path / "redis"
            folder.mkdir()
            redis = SERVICES["broker"]["command"]
            start("broker", [*redis, "--port", str(ports["broker"]), "--dir", str(folder)])
            collect = ["python", "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
            assert start("web", collect).wait(60) == 0
            assert start("migrate").wait(120) == 0
            for name in ("web", "worker", "beat"):
                start(name)
            url = f"http://127.0.0.1:{ports['web']}"
            wait_for(
                lambda: get(f"{url}/readyz")[0] == 200,
                seconds=60,
                what="/readyz",
                explain=lambda: (
                    get(f"{url}/readyz")[1].decode() + (tmp_path / "log").read_text()[-5000:]
                ),
            )
            assert get(f"{url}/accounts/login/")[0] == 200
            assert unhealthy("web", "worker", "beat") == []
            send = "from tpm.tasks import note_round; note_round.delay()"
            assert start("web", ["python", "manage.py", "shell", "-v0", "-c", send]).wait(60) == 0
            look = (
                "import sys; from tpm.models import Heartbeat; "
                "sys.exit(not Heartbeat.objects.filter(name='round').exists())"
            )
            wait_for(
                lambda: start("web", ["python", "manage.py", "shell", "-c", look]).wait(60) == 0,
                seconds=30,
                what="a task to go through",
            )
            end_all(running)
    finally:
        end_all(running)
        log.close()


def end_all(running: list[subprocess.Popen]) -> None:
    for process in running:
        if process.poll() is None:
            process.terminate()
    for process in running:
        end(process)
