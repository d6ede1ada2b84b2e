import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("issuing", "0007_ask_for_consent"),
    ]

    operations = [
        migrations.CreateModel(
            name="ConsentDocument",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200)),
                ("content", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="ConsentDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("texts", models.JSONField(default=dict)),
                ("saved_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="ConsentEvidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
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
        ),
        migrations.AddField(
            model_name="consentrecord",
            name="giver_contact",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="consentrecord",
            name="giver_reason",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="consentstatement",
            name="retired_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="consentstatement",
            name="used_from",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="consentstatement",
            name="used_until",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="learner",
            name="under_13_since",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="consentrecord",
            name="giver",
            field=models.CharField(
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
        migrations.AddConstraint(
            model_name="consentrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(("giver__in", ["learner", "guardian", "attorney", "deputy"])),
                name="consent_giver_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="consentstatement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("retired_at", None), ("retired_by", None)),
                    models.Q(("retired_at__isnull", False), ("retired_by__isnull", False)),
                    _connector="OR",
                ),
                name="statement_retired_with_who_and_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="consentstatement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("used_from", None),
                    ("used_until", None),
                    ("used_until__gte", models.F("used_from")),
                    _connector="OR",
                ),
                name="statement_used_until_after_from",
            ),
        ),
        migrations.AddField(
            model_name="consentdocument",
            name="text",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="document", to="issuing.consenttext"
            ),
        ),
        migrations.AddField(
            model_name="consentdraft",
            name="badge",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="drafts", to="issuing.badge"
            ),
        ),
        migrations.AddField(
            model_name="consentdraft",
            name="provider",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="drafts", to="issuing.provider"
            ),
        ),
        migrations.AddField(
            model_name="consentdraft",
            name="saved_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="consentevidence",
            name="record",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="evidence", to="issuing.consentrecord"
            ),
        ),
        migrations.AddConstraint(
            model_name="consentdraft",
            constraint=models.UniqueConstraint(
                condition=models.Q(("badge", None)), fields=("provider",), name="draft_one_per_provider"
            ),
        ),
        migrations.AddConstraint(
            model_name="consentdraft",
            constraint=models.UniqueConstraint(
                condition=models.Q(("badge__isnull", False)), fields=("badge",), name="draft_one_per_badge"
            ),
        ),
        migrations.AddConstraint(
            model_name="consentevidence",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["application/pdf", "image/png", "image/jpeg"])),
                name="evidence_kind_known",
            ),
        ),
    ]
