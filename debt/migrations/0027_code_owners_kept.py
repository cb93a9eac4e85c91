from collections import Counter

from django.conf import settings
from django.db import migrations, models

from debt.mining import codeowners


def fill(apps, schema_editor):
    """What each file says, which was read out of its text before, again and again."""
    for row in apps.get_model("debt", "OwnersFile").objects.exclude(text="").iterator(20):
        found = codeowners.read(row.text, gitlab=row.place.startswith(".gitlab/"))
        lines = Counter(owner for rule in found.rules for owner in rule.owners)
        row.gitlab, row.rules = found.gitlab, sum(bool(rule.owners) for rule in found.rules)
        row.owners = [list(counted) for counted in lines.items()]
        row.problems = [list(problem) for problem in found.problems]
        row.save(update_fields=["gitlab", "rules", "owners", "problems"])


class Migration(migrations.Migration):
    dependencies = [
        ("debt", "0026_interest_withdrawals"),
        ("tpm", "0008_takes_of_a_job"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="ownername",
            name="ownername_one",
        ),
        migrations.RemoveConstraint(
            model_name="ownersfile",
            name="ownersfile_given_says_something",
        ),
        migrations.AddField(
            model_name="ownername",
            name="gone",
            field=models.BooleanField(
                db_comment="It was taken back; said again, its version goes on from there.",
                default=False,
                editable=False,
            ),
        ),
        migrations.AddField(
            model_name="ownersfile",
            name="gitlab",
            field=models.BooleanField(
                db_comment="Whether GitLab's rules hold for it.", default=False
            ),
        ),
        migrations.AddField(
            model_name="ownersfile",
            name="gone",
            field=models.BooleanField(
                db_comment="It was taken away; given again, its version goes on from there.",
                default=False,
                editable=False,
            ),
        ),
        migrations.AddField(
            model_name="ownersfile",
            name="owners",
            field=models.JSONField(
                blank=True,
                db_comment="[owner as written, lines] as they first stand in it.",
                default=list,
            ),
        ),
        migrations.AddField(
            model_name="ownersfile",
            name="problems",
            field=models.JSONField(
                blank=True, db_comment="[line, text, why] of what was not understood.", default=list
            ),
        ),
        migrations.AddField(
            model_name="ownersfile",
            name="rules",
            field=models.PositiveIntegerField(db_comment="Lines that name an owner.", default=0),
        ),
        migrations.AddConstraint(
            model_name="ownername",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("gone", False), ("person__isnull", False), ("team", None)),
                    models.Q(("gone", False), ("person", None), ("team__isnull", False)),
                    models.Q(("gone", True), ("person", None), ("team", None)),
                    _connector="OR",
                ),
                name="ownername_one",
                violation_error_message="A name means one team or one person.",
            ),
        ),
        migrations.AddConstraint(
            model_name="ownersfile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("gone", False), ("run__isnull", False)),
                    models.Q(("gone", False), ("run", None), models.Q(("text", ""), _negated=True)),
                    models.Q(("gone", True), ("run", None), ("text", "")),
                    _connector="OR",
                ),
                name="ownersfile_given_says_something",
                violation_error_message="Paste the lines of the file, or choose it.",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
