"""Every table at once, as the first nine left them: a fresh database is ready in a third of the time."""

import uuid

import django.contrib.auth.models
import django.contrib.auth.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import issuing.fields
import issuing.workflow.keeping


class Migration(migrations.Migration):
    replaces = [
        ("issuing", "0001_the_words_and_their_constraints"),
        ("issuing", "0002_keep_looks"),
        ("issuing", "0003_keep_a_breaker"),
        ("issuing", "0004_mark_perhaps_twice"),
        ("issuing", "0005_read_rosters_as_they_are"),
        ("issuing", "0006_record_erasures"),
        ("issuing", "0007_ask_for_consent"),
        ("issuing", "0008_prove_consent"),
        ("issuing", "0009_keep_no_longer"),
    ]

    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="Connection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=100, unique=True)),
                ("base_url", models.URLField()),
                ("host", models.CharField(max_length=200)),
                ("navigatr_user_id", models.CharField(max_length=50)),
                ("navigatr_user_name", models.CharField(blank=True, max_length=200)),
                (
                    "scheme",
                    models.CharField(
                        choices=[
                            ("access-token", "Access token"),
                            ("bearer", "Bearer token"),
                            ("password", "User name and password (deprecated)"),
                        ],
                        max_length=20,
                    ),
                ),
                ("secret", issuing.fields.SecretField()),
                ("secret_version", models.PositiveIntegerField(default=1)),
                ("fingerprint", models.CharField(max_length=16)),
                ("access_token", issuing.fields.SecretField(null=True)),
                ("access_token_expires_at", models.DateTimeField(null=True)),
                (
                    "stop_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", ""),
                            ("token_refused", "Navigatr refused the access token"),
                            ("by_staff", "Stopped by staff"),
                            ("replaced", "Another account took its place"),
                        ],
                        default="",
                        max_length=20,
                    ),
                ),
                ("stop_detail", models.CharField(blank=True, max_length=500)),
                ("stopped_at", models.DateTimeField(null=True)),
                ("verified_at", models.DateTimeField(null=True)),
                ("last_good_call_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("host", "navigatr_user_id"),
                        name="connection_one_per_host_and_user",
                        violation_error_message="This Navigatr account is connected already; replace its token instead.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("scheme__in", ["access-token", "bearer", "password"])),
                        name="connection_scheme_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("stop_reason__in", ["", "token_refused", "by_staff", "replaced"])),
                        name="connection_stop_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("stop_reason", ""), ("stopped_at", None)),
                            models.Q(models.Q(("stop_reason", ""), _negated=True), ("stopped_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="connection_stopped_with_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("access_token__isnull", True), ("access_token_expires_at__isnull", False), _connector="OR"
                        ),
                        name="connection_token_with_end",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("name", models.CharField(max_length=30, primary_key=True, serialize=False)),
                ("answered_at", models.DateTimeField()),
                ("since", models.DateTimeField(null=True)),
                ("away_from", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="InstanceKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=20, unique=True)),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("secret", issuing.fields.SecretField()),
            ],
            options={
                "db_table": "issuing_instance_key",
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="Learner",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("first_name", models.CharField(blank=True, max_length=100)),
                ("last_name", models.CharField(blank=True, max_length=100)),
                ("email", models.CharField(blank=True, max_length=254)),
                ("email_key", models.CharField(blank=True, db_index=True, max_length=64)),
                ("student_number", models.CharField(blank=True, db_index=True, max_length=50)),
                ("on_hold_since", models.DateTimeField(null=True)),
                ("on_hold_note", models.CharField(blank=True, max_length=500)),
                ("under_13_since", models.DateTimeField(null=True)),
                (
                    "merged_into",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged_from",
                        to="issuing.learner",
                    ),
                ),
                ("erased_at", models.DateTimeField(null=True)),
                ("lapsed_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("search", models.TextField(blank=True, default="", editable=False)),
            ],
            options={
                "indexes": [models.Index(fields=["last_name", "first_name"], name="issuing_lea_last_na_9cc028_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("email_key", ""), _negated=True),
                        fields=("email_key",),
                        name="learner_one_per_address",
                        violation_error_message="A learner with this e-mail address exists already.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("student_number", ""), _negated=True),
                        fields=("student_number",),
                        name="learner_one_per_student_number",
                        violation_error_message="A learner with this student number exists already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("merged_into__isnull", False), models.Q(("email_key", ""), _negated=True), _connector="OR"
                        ),
                        name="learner_has_address_or_was_merged",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("lapsed_at", None), ("erased_at__isnull", False), _connector="OR"),
                        name="learner_lapsed_is_erased_too",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LinkTry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.CharField(max_length=64)),
                ("place", models.CharField(max_length=64)),
                ("at", models.DateTimeField(db_index=True)),
            ],
            options={
                "db_table": "issuing_link_try",
                "indexes": [
                    models.Index(fields=["address", "at"], name="link_try_address_at"),
                    models.Index(fields=["place", "at"], name="link_try_place_at"),
                ],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="SignInFailure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("account", models.CharField(max_length=64)),
                ("address", models.CharField(max_length=64)),
                ("at", models.DateTimeField(db_index=True)),
            ],
            options={
                "db_table": "issuing_sign_in_failure",
                "indexes": [models.Index(fields=["account", "at"], name="sign_in_failure_account_at")],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
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
                ("first_name", models.CharField(blank=True, max_length=150, verbose_name="first name")),
                ("last_name", models.CharField(blank=True, max_length=150, verbose_name="last name")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="email address")),
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
                ("date_joined", models.DateTimeField(default=django.utils.timezone.now, verbose_name="date joined")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "role",
                    models.CharField(
                        choices=[("staff", "Staff"), ("manager", "Manager")], default="staff", max_length=10
                    ),
                ),
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
                "verbose_name": "member of staff",
                "verbose_name_plural": "staff",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["staff", "manager"])), name="user_role_known"
                    )
                ],
                "indexes": [],
            },
            managers=[
                ("objects", django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("verb", models.CharField(max_length=30)),
                ("subject", models.CharField(max_length=30)),
                ("subject_uuid", models.UUIDField(null=True)),
                ("details", models.JSONField(default=dict)),
            ],
            options={
                "indexes": [models.Index(fields=["subject", "subject_uuid"], name="issuing_aud_subject_af2edf_idx")],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="ClaimReading",
            fields=[
                (
                    "connection",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="claim_reading",
                        serialize=False,
                        to="issuing.connection",
                    ),
                ),
                ("badge_id_done", models.PositiveBigIntegerField(default=0)),
                ("page_done", models.PositiveIntegerField(default=0)),
                ("is_whole", models.BooleanField(default=False)),
                ("began_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("whole_ended_at", models.DateTimeField(null=True)),
                ("held_until", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="ConsentLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="consent_links", to="issuing.learner"
                    ),
                ),
                ("email_key", models.CharField(max_length=64)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("secret", issuing.fields.SecretField()),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "db_table": "issuing_consent_link",
                "constraints": [
                    models.UniqueConstraint(fields=("learner", "email_key"), name="link_one_per_learner_and_address")
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Erasure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("learner_uuid", models.UUIDField(unique=True)),
                ("email_keys", models.JSONField(default=list)),
                ("entries", models.JSONField(default=list)),
                ("erased_at", models.DateTimeField()),
                (
                    "erased_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("identity_note", models.CharField(max_length=500)),
                ("reapplied_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("identity_note", ""), _negated=True),
                        name="erasure_says_how_identity_was_checked",
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="KnownHeader",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64, unique=True)),
                ("columns", models.JSONField()),
                ("changed_at", models.DateTimeField()),
                (
                    "changed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="Mailing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("next_at", models.DateTimeField(null=True)),
                ("held_until", models.DateTimeField(null=True)),
                ("rests_until", models.DateTimeField(null=True)),
                ("rests_why", models.CharField(blank=True, max_length=300)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("paused_at", models.DateTimeField(null=True)),
                (
                    "paused_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("paused_at", None), ("paused_by", None)),
                            models.Q(("paused_at__isnull", False), ("paused_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="mailing_paused_with_who_and_when",
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Provider",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="providers", to="issuing.connection"
                    ),
                ),
                ("host", models.CharField(max_length=200)),
                ("navigatr_id", models.PositiveBigIntegerField()),
                ("name", models.CharField(max_length=200)),
                ("status", models.CharField(blank=True, max_length=50)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("host", "navigatr_id"), name="provider_one_per_host_and_id")
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="RetentionRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "rule",
                    models.CharField(
                        choices=[
                            ("unconfirmed_file", "UNCONFIRMED_FILE"),
                            ("ended_file", "ENDED_FILE"),
                            ("rows", "ROWS"),
                            ("year_end", "YEAR_END"),
                            ("records", "RECORDS"),
                            ("logs", "LOGS"),
                        ],
                        max_length=20,
                        unique=True,
                    ),
                ),
                ("amount", models.PositiveSmallIntegerField()),
                ("changed_at", models.DateTimeField()),
                (
                    "changed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table": "issuing_retention_rule",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("rule__in", ["unconfirmed_file", "ended_file", "rows", "year_end", "records", "logs"])
                        ),
                        name="retention_rule_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 1), ("amount__lte", 365)),
                        name="retention_rule_within_reason",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="RetentionRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("day", models.DateField()),
                ("amounts", models.JSONField(default=dict)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("unread", "UNREAD"),
                            ("file", "FILE"),
                            ("ended_file", "ENDED_FILE"),
                            ("calls", "CALLS"),
                            ("unissued", "UNISSUED"),
                            ("issued", "ISSUED"),
                            ("rows", "ROWS"),
                            ("logs", "LOGS"),
                        ],
                        default=issuing.workflow.keeping.Kind["UNREAD"],
                        max_length=12,
                    ),
                ),
                ("after", models.BigIntegerField(default=0)),
                ("removed", models.JSONField(default=dict)),
                ("skipped", models.PositiveIntegerField(default=0)),
                ("started_at", models.DateTimeField()),
                (
                    "started_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "issuing_retention_run",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("started_by", None)), fields=("day",), name="retention_run_one_a_night"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                ["unread", "file", "ended_file", "calls", "unissued", "issued", "rows", "logs"],
                            )
                        ),
                        name="retention_run_kind_known",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="RightsRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rights_requests",
                        to="issuing.learner",
                    ),
                ),
                (
                    "right",
                    models.CharField(
                        choices=[("see", "See everything we hold"), ("erase", "Be erased")], max_length=10
                    ),
                ),
                ("received_on", models.DateField()),
                ("due_on", models.DateField()),
                ("noted_at", models.DateTimeField()),
                (
                    "noted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "closed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("closed_at", None)), fields=["due_on"], name="rights_request_open_by_due"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at", None)),
                        fields=("learner", "right"),
                        name="rights_request_one_open_per_right",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("right__in", ["see", "erase"])), name="rights_request_right_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("due_on__gt", models.F("received_on"))), name="rights_request_due_later"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at", None), ("closed_by", None)),
                            models.Q(("closed_at__isnull", False), ("closed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="rights_request_closed_with_who_and_when",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SignInLink",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="sign_in_link",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField()),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("ends_at", models.DateTimeField()),
            ],
            options={
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="Badge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="badges", to="issuing.provider"
                    ),
                ),
                ("navigatr_id", models.PositiveBigIntegerField()),
                ("name", models.CharField(max_length=300)),
                ("description", models.TextField(blank=True)),
                ("status", models.CharField(blank=True, max_length=50)),
                ("type", models.CharField(blank=True, max_length=100)),
                ("recipient_type", models.CharField(blank=True, max_length=50)),
                ("source", models.CharField(blank=True, max_length=50)),
                ("url", models.CharField(blank=True, max_length=500)),
                ("image_url", models.CharField(blank=True, max_length=500)),
                ("is_sandbox", models.BooleanField(default=False)),
                (
                    "hold",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", ""),
                            ("gone", "Navigatr has no such badge any more"),
                            ("refused", "This account may not issue the badge"),
                            ("not_published", "The badge is not published"),
                            ("external", "The badge was not made in Navigatr, which issues only its own"),
                        ],
                        default="",
                        max_length=20,
                    ),
                ),
                ("hold_detail", models.CharField(blank=True, max_length=500)),
                ("held_at", models.DateTimeField(null=True)),
                ("synced_at", models.DateTimeField(null=True)),
                ("recipients_read_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["navigatr_id"], name="issuing_bad_navigat_d940f7_idx")],
                "constraints": [
                    models.UniqueConstraint(fields=("provider", "navigatr_id"), name="badge_one_per_provider_and_id"),
                    models.CheckConstraint(
                        condition=models.Q(("hold__in", ["", "gone", "refused", "not_published", "external"])),
                        name="badge_hold_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("held_at", None), ("hold", "")),
                            models.Q(models.Q(("hold", ""), _negated=True), ("held_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="badge_held_with_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConsentDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="drafts", to="issuing.provider"
                    ),
                ),
                (
                    "badge",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="drafts",
                        to="issuing.badge",
                    ),
                ),
                ("texts", models.JSONField(default=dict)),
                ("saved_at", models.DateTimeField()),
                (
                    "saved_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("badge", None)), fields=("provider",), name="draft_one_per_provider"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("badge__isnull", False)), fields=("badge",), name="draft_one_per_badge"
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="ConsentStatement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="statements", to="issuing.provider"
                    ),
                ),
                (
                    "badge",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="issuing.badge",
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("ours", "Our wording"), ("elsewhere", "Used elsewhere")],
                        default="ours",
                        max_length=10,
                    ),
                ),
                ("is_minor", models.BooleanField(default=False)),
                ("published_at", models.DateTimeField()),
                (
                    "published_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("used_from", models.DateField(null=True)),
                ("used_until", models.DateField(null=True)),
                ("retired_at", models.DateTimeField(null=True)),
                (
                    "retired_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("superseded_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("badge", None)),
                        fields=("provider", "version"),
                        name="statement_one_per_provider_version",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("badge__isnull", False)),
                        fields=("badge", "version"),
                        name="statement_one_per_badge_version",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["ours", "elsewhere"])), name="statement_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("retired_at", None), ("retired_by", None)),
                            models.Q(("retired_at__isnull", False), ("retired_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="statement_retired_with_who_and_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("used_from", None),
                            ("used_until", None),
                            ("used_until__gte", models.F("used_from")),
                            _connector="OR",
                        ),
                        name="statement_used_until_after_from",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Roster",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "badge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rosters", to="issuing.badge"
                    ),
                ),
                ("group", models.CharField(blank=True, max_length=200)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("uploaded", "Being read"),
                            ("checked", "Checked, not confirmed"),
                            ("running", "Confirmed"),
                            ("paused", "Paused"),
                            ("stopped", "Stopped"),
                        ],
                        default="checked",
                        max_length=10,
                    ),
                ),
                ("file_name", models.CharField(max_length=255)),
                ("file_sha256", models.CharField(max_length=64)),
                ("original", models.BinaryField(null=True)),
                ("keeps_original", models.BooleanField(default=False)),
                ("choices", models.JSONField(default=dict)),
                ("reading", models.JSONField(default=dict)),
                ("uploaded_at", models.DateTimeField()),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("checked_at", models.DateTimeField()),
                ("check_no", models.PositiveIntegerField(default=0)),
                ("confirmed_at", models.DateTimeField(null=True)),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("changed_at", models.DateTimeField(null=True)),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("served_slot", models.PositiveBigIntegerField(default=0)),
                ("rows_removed_at", models.DateTimeField(null=True)),
                ("kept_counts", models.JSONField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["status", "served_slot"], name="issuing_ros_status_5936d8_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["uploaded", "checked", "running", "paused", "stopped"])),
                        name="roster_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("confirmed_at", None), ("confirmed_by", None)),
                            models.Q(("confirmed_at__isnull", False), ("confirmed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="roster_confirmed_with_who_and_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("changed_at", None), ("changed_by", None)),
                            models.Q(("changed_at__isnull", False), ("changed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="roster_changed_with_who_and_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("confirmed_at", None), ("status__in", ["uploaded", "checked"])),
                            models.Q(
                                models.Q(("status__in", ["uploaded", "checked"]), _negated=True),
                                ("confirmed_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="roster_runs_once_confirmed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kept_counts__isnull", True), ("rows_removed_at", None)),
                            models.Q(("kept_counts__isnull", False), ("rows_removed_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="roster_rows_removed_with_counts",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConsentText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "statement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="texts", to="issuing.consentstatement"
                    ),
                ),
                ("language", models.CharField(max_length=20)),
                ("body", models.TextField()),
                ("sha256", models.CharField(max_length=64)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("statement", "language"), name="text_one_per_language")
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="RosterRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "roster",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rows", to="issuing.roster"
                    ),
                ),
                ("row_no", models.PositiveIntegerField()),
                ("first_name", models.CharField(blank=True, max_length=200)),
                ("last_name", models.CharField(blank=True, max_length=200)),
                ("email", models.CharField(blank=True, max_length=320)),
                ("email_key", models.CharField(blank=True, max_length=64)),
                ("student_number", models.CharField(blank=True, max_length=100)),
                ("organisation", models.CharField(blank=True, max_length=200)),
                ("issue_date", models.CharField(blank=True, max_length=40)),
                ("end_date", models.CharField(blank=True, max_length=40)),
                ("evidence_text", models.TextField(blank=True)),
                ("evidence_url", models.CharField(blank=True, max_length=2000)),
                ("problems", models.JSONField(default=list)),
                ("accepted", models.JSONField(default=list)),
                ("repairs", models.JSONField(default=list)),
                (
                    "disposition",
                    models.CharField(
                        choices=[
                            ("left_out", "Left out by staff"),
                            ("invalid", "To fix"),
                            ("repeated", "Repeated in this file"),
                            ("unconfirmed_earlier", "An earlier try is being checked with Navigatr"),
                            ("already_issued", "Already has it"),
                            ("in_another_run", "Waiting in another run"),
                            ("needs_decision", "To decide"),
                            ("consent_declined", "Said no or withdrew"),
                            ("needs_consent", "Needs consent"),
                            ("ready", "Ready"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "learner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="roster_rows",
                        to="issuing.learner",
                    ),
                ),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", ""),
                            ("same_person", "It is the same person"),
                            ("new_address", "It is the same person, at a new address"),
                            ("leave_out", "Leave out"),
                        ],
                        default="",
                        max_length=12,
                    ),
                ),
                (
                    "decided_about",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="issuing.learner"
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["roster", "disposition"], name="issuing_ros_roster__aa50f9_idx"),
                    models.Index(fields=["roster", "email_key"], name="issuing_ros_roster__eb8969_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("roster", "row_no"), name="row_one_per_number"),
                    models.CheckConstraint(
                        condition=models.Q(("decision__in", ["", "same_person", "new_address", "leave_out"])),
                        name="row_decision_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("decided_by", None), ("decision", "")),
                            models.Q(
                                models.Q(("decision", ""), _negated=True),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="row_decided_with_who_and_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "disposition__in",
                                [
                                    "left_out",
                                    "invalid",
                                    "repeated",
                                    "unconfirmed_earlier",
                                    "already_issued",
                                    "in_another_run",
                                    "needs_decision",
                                    "consent_declined",
                                    "needs_consent",
                                    "ready",
                                ],
                            )
                        ),
                        name="row_disposition_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConsentDocument",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "text",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="document", to="issuing.consenttext"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("content", models.BinaryField()),
            ],
            options={
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="ConsentRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consent_records",
                        to="issuing.learner",
                    ),
                ),
                (
                    "decision",
                    models.CharField(
                        choices=[("given", "Agreed"), ("declined", "Said no"), ("withdrawn", "Withdrew")], max_length=10
                    ),
                ),
                (
                    "text",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="issuing.consenttext",
                    ),
                ),
                (
                    "route",
                    models.CharField(
                        choices=[
                            ("online", "Online link"),
                            ("paper", "On paper"),
                            ("phone", "By phone"),
                            ("in_person", "In person"),
                            ("imported", "Imported from a file"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "giver",
                    models.CharField(
                        choices=[
                            ("learner", "The learner"),
                            ("guardian", "A guardian"),
                            ("attorney", "An attorney"),
                            ("deputy", "A deputy"),
                        ],
                        default="learner",
                        max_length=10,
                    ),
                ),
                ("giver_name", models.CharField(blank=True, max_length=200)),
                ("giver_relation", models.CharField(blank=True, max_length=100)),
                ("giver_reason", models.CharField(blank=True, max_length=300)),
                ("giver_contact", models.CharField(blank=True, max_length=200)),
                ("giver_key", models.CharField(max_length=230)),
                ("decided_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("evidence_note", models.TextField(blank=True)),
                ("ends_at", models.DateTimeField(null=True)),
                ("invalidated_at", models.DateTimeField(null=True)),
                (
                    "invalidated_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("invalidated_note", models.TextField(blank=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["learner", "giver_key", "decided_at"], name="issuing_con_learner_729093_idx")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("decision__in", ["given", "declined", "withdrawn"])),
                        name="consent_decision_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("route__in", ["online", "paper", "phone", "in_person", "imported"])),
                        name="consent_route_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("giver__in", ["learner", "guardian", "attorney", "deputy"])),
                        name="consent_giver_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("giver", "learner"), models.Q(("giver_name", ""), _negated=True), _connector="OR"
                        ),
                        name="consent_guardian_has_name",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decision", "given"), _negated=True), ("text__isnull", False), _connector="OR"
                        ),
                        name="consent_given_to_words",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at", None), ("decision", "given"), _connector="OR"),
                        name="consent_only_a_yes_ends",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("invalidated_at", None), ("invalidated_by", None)),
                            ("invalidated_at__isnull", False),
                            _connector="OR",
                        ),
                        name="consent_invalidated_with_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConsentEvidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "record",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="evidence", to="issuing.consentrecord"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                (
                    "kind",
                    models.CharField(
                        choices=[("application/pdf", "PDF"), ("image/png", "PNG"), ("image/jpeg", "JPEG")],
                        max_length=20,
                    ),
                ),
                ("size", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("sealed", models.BinaryField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["application/pdf", "image/png", "image/jpeg"])),
                        name="evidence_kind_known",
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Issuance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "badge",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="issuances",
                        to="issuing.badge",
                    ),
                ),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="issuances", to="issuing.learner"
                    ),
                ),
                (
                    "roster",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="issuances",
                        to="issuing.roster",
                    ),
                ),
                (
                    "row",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="issuances",
                        to="issuing.rosterrow",
                    ),
                ),
                ("email_key", models.CharField(max_length=64)),
                ("reissue_no", models.PositiveIntegerField(default=0)),
                ("reissue_reason", models.CharField(blank=True, max_length=500)),
                (
                    "replaces",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="issuing.issuance",
                    ),
                ),
                ("first_name", models.CharField(blank=True, max_length=100)),
                ("last_name", models.CharField(blank=True, max_length=100)),
                ("email", models.CharField(blank=True, max_length=254)),
                ("first_key", models.CharField(blank=True, default="", editable=False, max_length=300)),
                ("last_key", models.CharField(blank=True, default="", editable=False, max_length=300)),
                ("organisation", models.CharField(blank=True, max_length=200)),
                ("issue_date", models.CharField(blank=True, max_length=40)),
                ("end_date", models.CharField(blank=True, max_length=40)),
                ("evidence_text", models.TextField(blank=True)),
                ("evidence_url", models.CharField(blank=True, max_length=2000)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("queued", "Waiting"),
                            ("sending", "Sending now"),
                            ("unconfirmed", "Checking with Navigatr"),
                            ("issued", "Sent"),
                            ("rejected", "Not sent: Navigatr said no"),
                            ("cancelled", "Stopped"),
                        ],
                        default="queued",
                        max_length=12,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", ""),
                            ("refused_by_navigatr", "Navigatr said no"),
                            ("sent_back", "The call had no effect and will be made again"),
                            ("no_answer", "No usable answer came"),
                            ("to_decide", "A person must look at Navigatr's list"),
                            ("worker_gone", "The background worker went away during the call"),
                            ("no_consent", "No current consent"),
                            ("stopped_by_staff", "Stopped by staff"),
                            ("learner_erased", "The learner’s data was removed"),
                        ],
                        default="",
                        max_length=20,
                    ),
                ),
                ("detail", models.CharField(blank=True, max_length=500)),
                ("changed_at", models.DateTimeField()),
                ("not_before", models.DateTimeField(null=True)),
                ("attempt_no", models.PositiveIntegerField(default=0)),
                (
                    "allowed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="issuances",
                        to="issuing.consentrecord",
                    ),
                ),
                ("confirmed_at", models.DateTimeField()),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("issued_at", models.DateTimeField(null=True)),
                ("perhaps_twice_since", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "queued")),
                        fields=["roster", "id"],
                        name="issuance_queued_by_roster",
                    ),
                    models.Index(fields=["roster", "status"], name="issuance_roster_status"),
                    models.Index(
                        condition=models.Q(("status__in", ["sending", "unconfirmed"])),
                        fields=["status", "changed_at"],
                        name="issuance_open",
                    ),
                    models.Index(fields=["badge", "email_key"], name="issuance_badge_key"),
                    models.Index(fields=["badge", "id"], name="issuance_badge_order"),
                    models.Index(fields=["badge", "status", "id"], name="issuance_badge_status"),
                    models.Index(fields=["status", "id"], name="issuance_status_order"),
                    models.Index(fields=["roster", "id"], name="issuance_roster_order"),
                    models.Index(fields=["confirmed_at", "id"], name="issuance_confirmed"),
                    models.Index(fields=["email_key", "id"], name="issuance_address"),
                    models.Index(
                        condition=models.Q(("replaces__isnull", False)), fields=["replaces"], name="issuance_replacing"
                    ),
                    models.Index(
                        fields=["first_key", "last_key", "status", "badge"],
                        name="issuance_first_name",
                        opclasses=["varchar_pattern_ops", "varchar_pattern_ops", "varchar_ops", "int8_ops"],
                    ),
                    models.Index(
                        fields=["last_key", "first_key", "status", "badge"],
                        name="issuance_last_name",
                        opclasses=["varchar_pattern_ops", "varchar_pattern_ops", "varchar_ops", "int8_ops"],
                    ),
                    models.Index(
                        condition=models.Q(("perhaps_twice_since__isnull", False)),
                        fields=["id"],
                        name="issuance_perhaps_twice",
                    ),
                    models.Index(
                        condition=models.Q(("issued_at__isnull", False)),
                        fields=["issued_at", "badge", "roster"],
                        name="issuance_issued_when",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status__in", ["issued", "queued", "sending", "unconfirmed"])),
                        fields=("badge", "email_key", "reissue_no"),
                        name="issuance_one_live_per_key",
                        violation_error_message="This learner is already being sent this badge, or has it; nothing was done twice.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["queued", "sending", "unconfirmed", "issued", "rejected", "cancelled"])
                        ),
                        name="issuance_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "reason__in",
                                [
                                    "",
                                    "refused_by_navigatr",
                                    "sent_back",
                                    "no_answer",
                                    "to_decide",
                                    "worker_gone",
                                    "no_consent",
                                    "stopped_by_staff",
                                    "learner_erased",
                                ],
                            )
                        ),
                        name="issuance_reason_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ["rejected", "cancelled"]), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="issuance_ended_with_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ["sending", "unconfirmed"]), _negated=True),
                            models.Q(("allowed_by__isnull", False), ("attempt_no__gt", 0)),
                            _connector="OR",
                        ),
                        name="issuance_sent_with_attempt_and_consent",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("issued_at__isnull", False), ("status", "issued")),
                            models.Q(models.Q(("status", "issued"), _negated=True), ("issued_at", None)),
                            _connector="OR",
                        ),
                        name="issuance_issued_with_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reissue_no", 0), models.Q(("reissue_reason", ""), _negated=True), _connector="OR"
                        ),
                        name="issuance_reissued_with_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Assertion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "badge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="assertions", to="issuing.badge"
                    ),
                ),
                ("navigatr_id", models.CharField(max_length=50)),
                (
                    "issuance",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assertions",
                        to="issuing.issuance",
                    ),
                ),
                ("email_key", models.CharField(blank=True, max_length=64)),
                ("status", models.CharField(blank=True, max_length=50)),
                ("time_created", models.DateTimeField(null=True)),
                ("time_claimed", models.DateTimeField(null=True)),
                ("read_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["badge", "email_key"], name="issuing_ass_badge_i_53bc7e_idx"),
                    models.Index(fields=["navigatr_id"], name="issuing_ass_navigat_338107_idx"),
                    models.Index(fields=["issuance", "status"], name="assertion_of_issuance"),
                    models.Index(
                        condition=models.Q(("issuance__isnull", False)),
                        fields=["status", "issuance"],
                        name="assertion_ours_by_status",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("badge", "navigatr_id"), name="assertion_one_per_badge_and_id")
                ],
            },
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "issuance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="attempts", to="issuing.issuance"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="issuing.connection"
                    ),
                ),
                ("secret_version", models.PositiveIntegerField()),
                ("worker", models.CharField(max_length=100)),
                ("claimed_at", models.DateTimeField()),
                ("slot_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("issued", "Issued"),
                            ("rejected", "Navigatr said no"),
                            ("unreachable", "Navigatr could not be reached"),
                            ("aborted", "Given up before the first byte"),
                            ("rate_limited", "Too fast for Navigatr (429)"),
                            ("unauthorised", "Token refused (401)"),
                            ("forbidden", "No right (403)"),
                            ("not_found", "No such badge (404)"),
                            ("unknown", "No usable answer"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "effect",
                    models.CharField(
                        blank=True,
                        choices=[("none", "No effect"), ("one", "One badge issued"), ("unknown", "Unknown")],
                        max_length=10,
                    ),
                ),
                ("status_code", models.PositiveSmallIntegerField(null=True)),
                ("detail", models.CharField(blank=True, max_length=500)),
                ("assertion_id", models.CharField(blank=True, max_length=50)),
                ("answer", models.JSONField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("issuance", "number"), name="attempt_one_per_number"),
                    models.CheckConstraint(condition=models.Q(("number__gt", 0)), name="attempt_counted_from_one"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("effect", ""), ("ended_at", None), ("outcome", "")),
                            models.Q(
                                models.Q(("outcome", ""), _negated=True),
                                models.Q(("effect", ""), _negated=True),
                                ("ended_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="attempt_ended_whole",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Look",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "issuance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="looks", to="issuing.issuance"
                    ),
                ),
                ("attempt_no", models.PositiveIntegerField()),
                ("began_at", models.DateTimeField()),
                ("matches", models.JSONField(default=list)),
                (
                    "doubt",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "NONE"),
                            ("several", "SEVERAL"),
                            ("hidden", "HIDDEN"),
                            ("other_address", "OTHER_ADDRESS"),
                            ("no_time", "NO_TIME"),
                            ("no_control", "NO_CONTROL"),
                            ("rival", "RIVAL"),
                        ],
                        max_length=20,
                    ),
                ),
                ("newer_control", models.CharField(blank=True, max_length=50)),
                ("older_control", models.CharField(blank=True, max_length=50)),
                ("read", models.PositiveIntegerField(default=0)),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[("found", "FOUND"), ("absent", "ABSENT"), ("again", "AGAIN"), ("person", "PERSON")],
                        max_length=10,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["issuance", "attempt_no", "began_at"], name="issuing_loo_issuanc_80f1f9_idx")
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("attempt_no__gt", 0)), name="look_belongs_to_an_attempt")
                ],
            },
        ),
        migrations.CreateModel(
            name="Revocation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "issuance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="revocations", to="issuing.issuance"
                    ),
                ),
                ("reason", models.CharField(max_length=500)),
                ("asked_at", models.DateTimeField()),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("tries", models.PositiveIntegerField(default=0)),
                ("tried_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", ""),
                            ("revoked", "Revoked at Navigatr"),
                            ("refused", "Navigatr did not revoke it"),
                            ("unknown", "Unknown: Navigatr gave no usable answer"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("detail", models.CharField(blank=True, max_length=500)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("issuance",),
                        name="revocation_one_open_per_issuance",
                        violation_error_message="Navigatr is being asked to revoke this badge already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("outcome", "")),
                            models.Q(("ended_at__isnull", False), models.Q(("outcome", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="revocation_ended_with_outcome",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Pace",
            fields=[
                (
                    "connection",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="pace",
                        serialize=False,
                        to="issuing.connection",
                    ),
                ),
                ("next_slot", models.FloatField(default=0.0)),
                ("slot_no", models.PositiveBigIntegerField(default=0)),
                ("margin", models.FloatField(default=0.02)),
                ("rests_until", models.FloatField(default=0.0)),
                ("refused_in_a_row", models.PositiveIntegerField(default=0)),
                (
                    "breaker_state",
                    models.CharField(
                        choices=[
                            ("closed", "Issuing"),
                            ("open", "Resting: Navigatr gives no usable answers"),
                            ("half_open", "Trying with one badge"),
                        ],
                        default="closed",
                        max_length=20,
                    ),
                ),
                ("failed_in_a_row", models.PositiveIntegerField(default=0)),
                ("opened_in_a_row", models.PositiveIntegerField(default=0)),
                (
                    "probe",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="issuing.attempt",
                    ),
                ),
                ("lease_owner", models.CharField(blank=True, max_length=100)),
                ("lease_cluster", models.CharField(blank=True, max_length=100)),
                ("lease_until", models.FloatField(default=0.0)),
            ],
            options={
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="ConsentMail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("ask", "Request"),
                            ("reminder", "Reminder"),
                            ("receipt", "Receipt"),
                            ("link", "Link"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="consent_mails", to="issuing.learner"
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receipts",
                        to="issuing.consentrecord",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("marked", "Being sent"),
                            ("sent", "Sent"),
                            ("refused", "Refused by the mail server"),
                            ("perhaps", "Perhaps sent"),
                            ("undelivered", "Not delivered"),
                            ("dropped", "Not needed any more"),
                        ],
                        default="waiting",
                        max_length=12,
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("tries", models.PositiveIntegerField(default=0)),
                ("marked_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("email_key", models.CharField(blank=True, max_length=64)),
                ("detail", models.CharField(blank=True, max_length=300)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "issuing_consent_mail",
                "indexes": [
                    models.Index(
                        condition=models.Q(("status__in", ["marked", "waiting"])),
                        fields=["status", "due_at"],
                        name="mail_on_its_way",
                    ),
                    models.Index(
                        condition=models.Q(("status__in", ["perhaps", "refused", "undelivered"])),
                        fields=["status"],
                        name="mail_for_a_person",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["ask", "reminder", "receipt", "link"])), name="mail_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                ["waiting", "marked", "sent", "refused", "perhaps", "undelivered", "dropped"],
                            )
                        ),
                        name="mail_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["waiting", "dropped"]),
                            models.Q(
                                ("marked_at__isnull", False),
                                ("tries__gt", 0),
                                models.Q(("email_key", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="mail_left_once_marked",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConsentRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consent_requests",
                        to="issuing.learner",
                    ),
                ),
                (
                    "text",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="issuing.consenttext"
                    ),
                ),
                ("about", models.CharField(max_length=50)),
                (
                    "badge",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="issuing.badge"
                    ),
                ),
                (
                    "roster",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="consent_requests",
                        to="issuing.roster",
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("ends_at", models.DateTimeField(null=True)),
                ("remind_at", models.DateTimeField(null=True)),
                (
                    "mail",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="issuing.consentmail",
                    ),
                ),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[("given", "Agreed"), ("declined", "Said no"), ("withdrawn", "Withdrew")],
                        default="",
                        max_length=10,
                    ),
                ),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "record",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="issuing.consentrecord",
                    ),
                ),
                ("stopped_at", models.DateTimeField(null=True)),
                (
                    "stopped_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "issuing_consent_request",
                "indexes": [
                    models.Index(
                        condition=models.Q(("remind_at__isnull", False)), fields=["remind_at"], name="request_to_remind"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("answer", ""), ("stopped_at", None)),
                        fields=("learner", "about"),
                        name="request_one_open_per_question",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("answer__in", ["", "given", "declined", "withdrawn"])),
                        name="request_answer_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("answered_at", None), ("record", None)),
                            models.Q(
                                models.Q(("answer", ""), _negated=True),
                                ("answered_at__isnull", False),
                                ("record__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="request_answered_whole",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="consentmail",
            name="request",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="mails",
                to="issuing.consentrequest",
            ),
        ),
        migrations.AddConstraint(
            model_name="consentmail",
            constraint=models.UniqueConstraint(
                condition=models.Q(("request__isnull", False), ("status__in", ["marked", "waiting"])),
                fields=("request",),
                name="mail_one_on_its_way_per_request",
            ),
        ),
    ]
