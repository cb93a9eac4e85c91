"""The app's settings on a throw-away data folder, with what makes tests quick.

Tests with real processes do not use these: they start the app with its own settings.
"""

import atexit
import os
import shutil
import tempfile

os.environ["TPM_DATA_DIR"] = tempfile.mkdtemp(prefix="tpm-tests-")
atexit.register(shutil.rmtree, os.environ["TPM_DATA_DIR"], ignore_errors=True)

from tpm.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STATIC_ROOT.mkdir()  # noqa: F405 - what is asked for in a test is found through the finders
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
CELERY_BROKER_URL = BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {}
LOGGING["root"]["level"] = "WARNING"  # noqa: F405
