from django.core.management.commands import migrate
from django.core.management.sql import emit_post_migrate_signal
from django.db import connections

from tpm import new_database


class Command(migrate.Command):
    """Django's, but that a new database is made at once."""

    def handle(self, *args, **options) -> None:
        connection = connections[options["database"]]
        narrowed = any(options.get(name) for name in NARROWING)
        if narrowed or not new_database.is_new(connection):
            super().handle(*args, **options)
            return
        new_database.make(connection)
        emit_post_migrate_signal(options["verbosity"], options["interactive"], connection.alias)
        if options["verbosity"]:
            self.stdout.write("Made a new database.")


NARROWING = ("app_label", "migration_name", "plan", "check_unapplied", "fake", "fake_initial")
