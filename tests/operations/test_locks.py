"""Both hashed locks: complete, and in step with each other."""

import re

import pytest

from tests.services_for_tests import ROOT


def pins(lock: str) -> dict[str, set[str]]:
    """Package and version -> hashes."""
    found: dict[str, set[str]] = {}
    for line in (ROOT / lock).read_text().splitlines():
        if re.match(r"[A-Za-z0-9].*==", line):
            found[name := re.split(r" [;\\]", line)[0]] = set()
        elif "--hash" in line:
            found[name].add(line.strip(" \\"))
    return found


def test_the_development_lock_holds_every_line_of_the_runtime_lock():
    runtime, development = pins("requirements.txt"), pins("requirements-dev.txt")
    assert {
        name: hashes for name, hashes in runtime.items() if development.get(name) != hashes
    } == {}


def test_the_lock_of_the_image_lies_between_the_two():
    runtime, image = pins("requirements.txt"), pins("requirements-engine.txt")
    development = pins("requirements-dev.txt")
    assert runtime.items() <= image.items() <= development.items()


@pytest.mark.parametrize(
    "lock", ["requirements.txt", "requirements-engine.txt", "requirements-dev.txt"]
)
def test_every_package_of_the_lock_is_pinned_and_hashed(lock):
    assert [name for name, hashes in pins(lock).items() if not hashes] == []
