import django.contrib.auth.models
import django.contrib.auth.validators
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.core.management import call_command
from django.db import migrations, models

from tpm import append_only
from tpm.create_models import CreateModels


def add_cache_table(apps, schema_editor):
    alias = schema_editor.connection.alias
    call_command("createcachetable", "tpm_cache", database=alias, verbosity=0)


class Migration(migrations.Migration):
    """A new database in one step; one that is older takes the steps that this replaces."""

    initial = True

    replaces = [
        ("tpm", "0001_initial"),
        ("tpm", "0002_append_only"),
        ("tpm", "0003_cache_table"),
        ("tpm", "0004_team_revision"),
        ("tpm", "0005_sentences"),
        ("tpm", "0006_planning"),
    ]

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="User",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("password", models.CharField(max_length=128, verbose_name="password")),
                    (
                        "last_login",
                        models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                    ),
                    (
                        "is_superuser",
                        models.BooleanField(
                            default=False,
                            help_text="Designates that this user has all permissions without explicitly assigning them.",
                            verbose_name="superuser status",
                        ),
                    ),
                    (
                        "username",
                        models.CharField(
                            error_messages={"unique": "A user with that username already exists."},
                            help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                            max_length=150,
                            unique=True,
                            validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                            verbose_name="username",
                        ),
                    ),
                    (
                        "first_name",
                        models.CharField(blank=True, max_length=150, verbose_name="first name"),
                    ),
                    (
                        "last_name",
                        models.CharField(blank=True, max_length=150, verbose_name="last name"),
                    ),
                    (
                        "email",
                        models.EmailField(blank=True, max_length=254, verbose_name="email address"),
                    ),
                    (
                        "is_staff",
                        models.BooleanField(
                            default=False,
                            help_text="Designates whether the user can log into this admin site.",
                            verbose_name="staff status",
                        ),
                    ),
                    (
                        "is_active",
                        models.BooleanField(
                            default=True,
                            help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                            verbose_name="active",
                        ),
                    ),
                    (
                        "date_joined",
                        models.DateTimeField(
                            default=django.utils.timezone.now, verbose_name="date joined"
                        ),
                    ),
                    ("time_zone", models.CharField(blank=True, max_length=64)),
                    (
                        "single_key_shortcuts",
                        models.BooleanField(
                            default=True,
                            help_text="Press one letter to go or act, such as C to create.",
                        ),
                    ),
                    ("seen_home_at", models.DateTimeField(blank=True, editable=False, null=True)),
                    (
                        "groups",
                        models.ManyToManyField(
                            blank=True,
                            help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                            related_name="user_set",
                            related_query_name="user",
                            to="auth.group",
                            verbose_name="groups",
                        ),
                    ),
                    (
                        "user_permissions",
                        models.ManyToManyField(
                            blank=True,
                            help_text="Specific permissions for this user.",
                            related_name="user_set",
                            related_query_name="user",
                            to="auth.permission",
                            verbose_name="user permissions",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "user",
                    "verbose_name_plural": "users",
                    "abstract": False,
                },
                managers=[
                    ("objects", django.contrib.auth.models.UserManager()),
                ],
            ),
            migrations.CreateModel(
                name="Product",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("version", models.PositiveIntegerField(default=1, editable=False)),
                    (
                        "created_at",
                        models.DateTimeField(
                            db_default=django.db.models.functions.datetime.Now(), editable=False
                        ),
                    ),
                    ("updated_at", models.DateTimeField(auto_now=True)),
                    (
                        "key",
                        models.CharField(
                            max_length=10,
                            unique=True,
                            validators=[
                                django.core.validators.RegexValidator(
                                    "^[A-Z][A-Z0-9]{1,9}$",
                                    "Use 2 to 10 capital letters and digits, a letter first.",
                                )
                            ],
                        ),
                    ),
                    ("name", models.CharField(max_length=120)),
                    ("purpose", models.CharField(blank=True, max_length=300)),
                    (
                        "hours_per_day",
                        models.FloatField(db_comment="Hours in one person-day.", default=8),
                    ),
                    (
                        "revision",
                        models.PositiveBigIntegerField(
                            db_comment="Grows with every change of the plan's inputs.",
                            default=1,
                            editable=False,
                        ),
                    ),
                    (
                        "plan_seed",
                        models.PositiveBigIntegerField(
                            db_comment="Keys the draws of every forecast of this plan.",
                            default=1,
                            editable=False,
                        ),
                    ),
                    ("items_numbered", models.PositiveIntegerField(default=0, editable=False)),
                    ("debt_numbered", models.PositiveIntegerField(default=0, editable=False)),
                    ("decisions_numbered", models.PositiveIntegerField(default=0, editable=False)),
                    ("is_sample", models.BooleanField(default=False, editable=False)),
                ],
                options={
                    "ordering": ["name"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("hours_per_day__gt", 0), ("hours_per_day__lte", 24)
                            ),
                            name="product_hours_per_day",
                            violation_error_message="A person-day has more than 0 and at most 24 hours.",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Team",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("version", models.PositiveIntegerField(default=1, editable=False)),
                    (
                        "created_at",
                        models.DateTimeField(
                            db_default=django.db.models.functions.datetime.Now(), editable=False
                        ),
                    ),
                    ("updated_at", models.DateTimeField(auto_now=True)),
                    ("slug", models.SlugField(max_length=40, unique=True)),
                    ("name", models.CharField(max_length=80)),
                    (
                        "focus_share",
                        models.FloatField(
                            db_comment="Share of working time that goes to planned items, 0 to 1.",
                            default=0.7,
                        ),
                    ),
                    (
                        "revision",
                        models.PositiveBigIntegerField(
                            db_comment="Grows when its focus or its people change.",
                            default=1,
                            editable=False,
                        ),
                    ),
                ],
                options={
                    "ordering": ["name"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("focus_share__gt", 0), ("focus_share__lte", 1)),
                            name="team_focus_share",
                            violation_error_message="The focus share lies above 0 and at most at 100 %%.",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Person",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("version", models.PositiveIntegerField(default=1, editable=False)),
                    (
                        "created_at",
                        models.DateTimeField(
                            db_default=django.db.models.functions.datetime.Now(), editable=False
                        ),
                    ),
                    ("updated_at", models.DateTimeField(auto_now=True)),
                    ("name", models.CharField(max_length=120)),
                    ("email", models.EmailField(blank=True, max_length=254)),
                    (
                        "user",
                        models.OneToOneField(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="person",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                ],
                options={
                    "verbose_name_plural": "people",
                    "ordering": ["name"],
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("email", ""), _negated=True),
                            fields=("email",),
                            name="person_email_once",
                            violation_error_message="Somebody else has this address.",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="TeamShare",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("starts_on", models.DateField()),
                    ("ends_on", models.DateField(blank=True, null=True)),
                    (
                        "team",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="shares",
                            to="tpm.team",
                        ),
                    ),
                    (
                        "product",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="team_shares",
                            to="tpm.product",
                        ),
                    ),
                    (
                        "share",
                        models.FloatField(db_comment="Share of the team, 0 to 1.", default=1),
                    ),
                ],
                options={
                    "abstract": False,
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("ends_on__isnull", True),
                                ("ends_on__gte", models.F("starts_on")),
                                _connector="OR",
                            ),
                            name="teamshare_days_in_order",
                            violation_error_message="The last day comes before the first.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("share__gt", 0), ("share__lte", 1)),
                            name="teamshare_share",
                            violation_error_message="A share lies above 0 and at most at 100 %%.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Membership",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("starts_on", models.DateField()),
                    ("ends_on", models.DateField(blank=True, null=True)),
                    (
                        "team",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="memberships",
                            to="tpm.team",
                        ),
                    ),
                    (
                        "person",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="memberships",
                            to="tpm.person",
                        ),
                    ),
                    (
                        "share",
                        models.FloatField(
                            db_comment="Share of the person's time, 0 to 1.", default=1
                        ),
                    ),
                ],
                options={
                    "abstract": False,
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("ends_on__isnull", True),
                                ("ends_on__gte", models.F("starts_on")),
                                _connector="OR",
                            ),
                            name="membership_days_in_order",
                            violation_error_message="The last day comes before the first.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("share__gt", 0), ("share__lte", 1)),
                            name="membership_share",
                            violation_error_message="A share lies above 0 and at most at 100 %%.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Absence",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("starts_on", models.DateField()),
                    ("ends_on", models.DateField(blank=True, null=True)),
                    (
                        "person",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="absences",
                            to="tpm.person",
                        ),
                    ),
                ],
                options={
                    "abstract": False,
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("ends_on__isnull", True),
                                ("ends_on__gte", models.F("starts_on")),
                                _connector="OR",
                            ),
                            name="absence_days_in_order",
                            violation_error_message="The last day comes before the first.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("ends_on__isnull", False)),
                            name="absence_has_an_end",
                            violation_error_message="Say when the absence ends.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="CalendarEntry",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("starts_on", models.DateField()),
                    ("ends_on", models.DateField(blank=True, null=True)),
                    (
                        "team",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="calendar_entries",
                            to="tpm.team",
                        ),
                    ),
                    (
                        "kind",
                        models.CharField(
                            choices=[("holiday", "Public holiday"), ("freeze", "Freeze")],
                            default="holiday",
                            max_length=10,
                        ),
                    ),
                    ("name", models.CharField(max_length=80)),
                ],
                options={
                    "verbose_name_plural": "calendar entries",
                    "abstract": False,
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("ends_on__isnull", True),
                                ("ends_on__gte", models.F("starts_on")),
                                _connector="OR",
                            ),
                            name="calendarentry_days_in_order",
                            violation_error_message="The last day comes before the first.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("ends_on__isnull", False)),
                            name="calendarentry_has_an_end",
                            violation_error_message="Say on which day it ends.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="CapacityPolicy",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "team",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="policies",
                            to="tpm.team",
                        ),
                    ),
                    ("starts_on", models.DateField()),
                    (
                        "debt_share",
                        models.FloatField(
                            db_comment="Share of focused time for items of the kind debt, 0 to 1.",
                            default=0,
                        ),
                    ),
                    (
                        "unplanned_share",
                        models.FloatField(
                            db_comment="Share of focused time for what nobody planned, 0 to below 1.",
                            default=0,
                        ),
                    ),
                ],
                options={
                    "verbose_name_plural": "capacity policies",
                    "ordering": ["-starts_on", "-pk"],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("team", "starts_on"),
                            name="capacitypolicy_once_a_day",
                            violation_error_message="The team has a policy from this day already.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("debt_share__gte", 0), ("unplanned_share__gte", 0)),
                            name="capacitypolicy_not_negative",
                            violation_error_message="A share is 0 %% or more.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "debt_share__lte",
                                    django.db.models.expressions.CombinedExpression(
                                        models.Value(1.000001), "-", models.F("unplanned_share")
                                    ),
                                )
                            ),
                            name="capacitypolicy_within_all",
                            violation_error_message="The shares reach 100 %% at most.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("unplanned_share__lt", 1)),
                            name="capacitypolicy_leaves_work",
                            violation_error_message="Leave some time for planned work.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Component",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("version", models.PositiveIntegerField(default=1, editable=False)),
                    (
                        "created_at",
                        models.DateTimeField(
                            db_default=django.db.models.functions.datetime.Now(), editable=False
                        ),
                    ),
                    ("updated_at", models.DateTimeField(auto_now=True)),
                    ("key", models.SlugField(max_length=60, unique=True)),
                    ("name", models.CharField(max_length=120)),
                    (
                        "owner_team",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="components",
                            to="tpm.team",
                        ),
                    ),
                    ("repository", models.CharField(blank=True, max_length=200)),
                    ("path_prefixes", models.JSONField(blank=True, default=list)),
                    (
                        "products",
                        models.ManyToManyField(
                            blank=True, related_name="components", to="tpm.product"
                        ),
                    ),
                ],
                options={
                    "ordering": ["name"],
                },
            ),
            migrations.CreateModel(
                name="Role",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "person",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="roles",
                            to="tpm.person",
                        ),
                    ),
                    (
                        "product",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="roles",
                            to="tpm.product",
                        ),
                    ),
                    (
                        "level",
                        models.CharField(
                            choices=[
                                ("viewer", "Viewer"),
                                ("member", "Member"),
                                ("planner", "Planner"),
                                ("lead", "Lead"),
                            ],
                            default="viewer",
                            max_length=10,
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("person", "product"),
                            name="role_once_per_product",
                            violation_error_message="This person already has a role in this product.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("level__in", ["viewer", "member", "planner", "lead"])
                            ),
                            name="role_level",
                            violation_error_message="Choose viewer, member, planner or lead.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Job",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("kind", models.CharField(max_length=40)),
                    ("title", models.CharField(max_length=200)),
                    (
                        "product",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="jobs",
                            to="tpm.product",
                        ),
                    ),
                    (
                        "by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("queued", "Queued"),
                                ("running", "Running"),
                                ("done", "Done"),
                                ("failed", "Failed"),
                                ("cancelled", "Cancelled"),
                            ],
                            default="queued",
                            max_length=10,
                        ),
                    ),
                    ("arguments", models.JSONField(blank=True, default=dict)),
                    ("done", models.PositiveIntegerField(default=0)),
                    ("total", models.PositiveIntegerField(blank=True, null=True)),
                    ("unit", models.CharField(default="rows", max_length=30)),
                    ("note", models.CharField(blank=True, max_length=300)),
                    ("report", models.JSONField(blank=True, default=dict)),
                    ("cancel_asked", models.BooleanField(default=False)),
                    (
                        "created_at",
                        models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                    ),
                    ("started_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "beat_at",
                        models.DateTimeField(
                            blank=True, db_comment="Last sign of life.", null=True
                        ),
                    ),
                    ("ended_at", models.DateTimeField(blank=True, null=True)),
                ],
                options={
                    "ordering": ["-created_at", "-pk"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("total__isnull", True),
                                ("done__lte", models.F("total")),
                                _connector="OR",
                            ),
                            name="job_done_within_total",
                            violation_error_message="A job cannot have done more than there is.",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Operation",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "product",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="operations",
                            to="tpm.product",
                        ),
                    ),
                    (
                        "by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "at",
                        models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                    ),
                    (
                        "words",
                        models.CharField(
                            db_comment="What was done, as the toast says it.", max_length=300
                        ),
                    ),
                    ("steps", models.JSONField(db_comment="In the order in which they were done.")),
                    (
                        "ability",
                        models.CharField(
                            db_comment="What whoever takes it back must be able to do.",
                            max_length=30,
                        ),
                    ),
                    ("undone_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "taken_back",
                        models.PositiveIntegerField(
                            db_comment="Steps from the end that a job took back so far.", default=0
                        ),
                    ),
                    (
                        "job",
                        models.ForeignKey(
                            blank=True,
                            db_comment="The job that does it or takes it back; while it runs nobody else touches it.",
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="operations",
                            to="tpm.job",
                        ),
                    ),
                    (
                        "once",
                        models.UUIDField(
                            blank=True,
                            db_comment="Made by the asking page: the same request counts once.",
                            null=True,
                        ),
                    ),
                ],
                options={
                    "ordering": ["-pk"],
                    "indexes": [
                        models.Index(fields=["product", "by", "-id"], name="operation_by_person")
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("by", "once"),
                            name="operation_once",
                            violation_error_message="This was done already.",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Change",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("subject_type", models.CharField(max_length=60)),
                    ("subject_id", models.PositiveBigIntegerField()),
                    (
                        "product",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="changes",
                            to="tpm.product",
                        ),
                    ),
                    ("subject_label", models.CharField(max_length=200)),
                    (
                        "at",
                        models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                    ),
                    (
                        "by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "door",
                        models.CharField(
                            choices=[
                                ("page", "Page"),
                                ("api", "API"),
                                ("import", "Import"),
                                ("task", "Worker"),
                                ("command", "Command line"),
                            ],
                            max_length=10,
                        ),
                    ),
                    ("action", models.CharField(max_length=60)),
                    (
                        "fields",
                        models.JSONField(db_comment="Field name to [old, new].", default=dict),
                    ),
                    ("why", models.CharField(blank=True, max_length=1000)),
                    (
                        "batch",
                        models.UUIDField(
                            blank=True, db_comment="Set on the writes of one import.", null=True
                        ),
                    ),
                ],
                options={
                    "ordering": ["-at", "-pk"],
                    "indexes": [
                        models.Index(
                            fields=["subject_type", "subject_id", "-at"], name="change_by_subject"
                        ),
                        models.Index(fields=["product", "-at"], name="change_by_product"),
                        models.Index(
                            condition=models.Q(("batch__isnull", False)),
                            fields=["batch"],
                            name="change_by_batch",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Comment",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("subject_type", models.CharField(max_length=60)),
                    ("subject_id", models.PositiveBigIntegerField()),
                    (
                        "product",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="comments",
                            to="tpm.product",
                        ),
                    ),
                    (
                        "by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "at",
                        models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                    ),
                    ("body", models.TextField(max_length=20000)),
                    ("edited_at", models.DateTimeField(blank=True, null=True)),
                    ("deleted_at", models.DateTimeField(blank=True, null=True)),
                ],
                options={
                    "ordering": ["at", "pk"],
                    "indexes": [
                        models.Index(
                            fields=["subject_type", "subject_id", "at"], name="comment_by_subject"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Mention",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "comment",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="mentions",
                            to="tpm.comment",
                        ),
                    ),
                    (
                        "person",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="mentions",
                            to="tpm.person",
                        ),
                    ),
                    (
                        "words",
                        models.JSONField(
                            db_comment="The names as they were typed after an @ in the comment.",
                            default=list,
                        ),
                    ),
                    (
                        "seen_at",
                        models.DateTimeField(
                            blank=True, db_comment="When it was marked as read.", null=True
                        ),
                    ),
                ],
                options={
                    "ordering": ["-comment__at", "-pk"],
                    "indexes": [
                        models.Index(
                            condition=models.Q(("seen_at__isnull", True)),
                            fields=["person"],
                            name="mention_unread",
                        )
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("comment", "person"),
                            name="mention_once",
                            violation_error_message="This comment names them already.",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Figure",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("subject_type", models.CharField(max_length=60)),
                    ("subject_id", models.PositiveBigIntegerField()),
                    (
                        "product",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="figures",
                            to="tpm.product",
                        ),
                    ),
                    ("kind", models.CharField(max_length=40)),
                    ("low", models.FloatField(null=True)),
                    ("value", models.FloatField(null=True)),
                    ("high", models.FloatField(null=True)),
                    (
                        "unit",
                        models.CharField(
                            blank=True, db_comment="day means a proleptic ordinal.", max_length=20
                        ),
                    ),
                    ("as_of", models.DateTimeField()),
                    ("computed_from", models.CharField(blank=True, max_length=200)),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("subject_type", "subject_id", "kind"),
                            name="figure_once_per_kind",
                            violation_error_message="A subject has one figure of a kind.",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Heartbeat",
                fields=[
                    ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                    ("at", models.DateTimeField()),
                ],
            ),
            migrations.CreateModel(
                name="ApiToken",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "user",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="api_tokens",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    ("name", models.CharField(max_length=80)),
                    ("digest", models.CharField(editable=False, max_length=64, unique=True)),
                    ("may_write", models.BooleanField(default=False)),
                    (
                        "created_at",
                        models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                    ),
                    ("last_used_at", models.DateTimeField(blank=True, null=True)),
                    ("expires_on", models.DateField(blank=True, null=True)),
                ],
                options={
                    "ordering": ["-created_at"],
                },
            ),
            migrations.CreateModel(
                name="RemovalPermit",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("reason", models.CharField(max_length=80)),
                ],
            ),
        ),
        migrations.RunPython(add_cache_table, migrations.RunPython.noop),
        *append_only.operations(
            "tpm_change",
        ),
    ]
