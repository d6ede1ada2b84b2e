import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import issuing.fields


class Migration(migrations.Migration):
    dependencies = [
        ("issuing", "0006_record_erasures"),
    ]

    operations = [
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
            ],
            options={
                "db_table": "issuing_consent_mail",
            },
        ),
        migrations.CreateModel(
            name="ConsentRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("about", models.CharField(max_length=50)),
                ("asked_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField(null=True)),
                ("remind_at", models.DateTimeField(null=True)),
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
                ("stopped_at", models.DateTimeField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "badge",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="issuing.badge"
                    ),
                ),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consent_requests",
                        to="issuing.learner",
                    ),
                ),
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
                    "record",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="issuing.consentrecord",
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
                (
                    "stopped_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "text",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="issuing.consenttext"
                    ),
                ),
            ],
            options={
                "db_table": "issuing_consent_request",
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
        ),
        migrations.CreateModel(
            name="ConsentLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("email_key", models.CharField(max_length=64)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("secret", issuing.fields.SecretField()),
                ("made_at", models.DateTimeField()),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="consent_links", to="issuing.learner"
                    ),
                ),
            ],
            options={
                "db_table": "issuing_consent_link",
                "constraints": [
                    models.UniqueConstraint(fields=("learner", "email_key"), name="link_one_per_learner_and_address")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="consentrequest",
            index=models.Index(
                condition=models.Q(("remind_at__isnull", False)), fields=["remind_at"], name="request_to_remind"
            ),
        ),
        migrations.AddConstraint(
            model_name="consentrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("answer", ""), ("stopped_at", None)),
                fields=("learner", "about"),
                name="request_one_open_per_question",
            ),
        ),
        migrations.AddConstraint(
            model_name="consentrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("answer__in", ["", "given", "declined", "withdrawn"])), name="request_answer_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="consentrequest",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddIndex(
            model_name="consentmail",
            index=models.Index(
                condition=models.Q(("status__in", ["marked", "waiting"])),
                fields=["status", "due_at"],
                name="mail_on_its_way",
            ),
        ),
        migrations.AddIndex(
            model_name="consentmail",
            index=models.Index(
                condition=models.Q(("status__in", ["perhaps", "refused", "undelivered"])),
                fields=["status"],
                name="mail_for_a_person",
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
        migrations.AddConstraint(
            model_name="consentmail",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["ask", "reminder", "receipt", "link"])), name="mail_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="consentmail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["waiting", "marked", "sent", "refused", "perhaps", "undelivered", "dropped"])
                ),
                name="mail_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="consentmail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["waiting", "dropped"]),
                    models.Q(
                        ("marked_at__isnull", False), ("tries__gt", 0), models.Q(("email_key", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="mail_left_once_marked",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("paused_at", None), ("paused_by", None)),
                    models.Q(("paused_at__isnull", False), ("paused_by__isnull", False)),
                    _connector="OR",
                ),
                name="mailing_paused_with_who_and_when",
            ),
        ),
    ]
