"""Code in a process of its own, on a database that no test shares: what happens at once."""

import json
import subprocess
import sys
from typing import Any

from tests.services_for_tests import ROOT, clean_environment


def run_apart(code: str, data, **settings: str) -> Any:
    """Run code with the app's settings; returns what its last line says as JSON.

    data:     the folder that the app keeps its data in
    settings: more of the environment, such as DATABASE_URL
    """
    env = clean_environment(
        TPM_DATA_DIR=str(data),
        DJANGO_SETTINGS_MODULE="tpm.settings",
        PYTHONPATH=str(ROOT),
        **settings,
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])
