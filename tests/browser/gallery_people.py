"""Fills the gallery's database; prints a session key for each person as JSON."""

import json

import django

django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402

from tpm.models import Level, Person, Product, Role, User  # noqa: E402

product = Product.objects.create(key="PAY", name="Payments")
keys = {}
for name, fields in {"Ada Byron": {}, "Kay Nine": {"single_key_shortcuts": False}}.items():
    first, last = name.split()
    user = User.objects.create_user(first.lower(), first_name=first, last_name=last, **fields)
    person = Person.objects.create(name=name, user=user)
    Role.objects.create(person=person, product=product, level=Level.PLANNER)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    keys[user.username] = session.session_key
print(json.dumps(keys))
