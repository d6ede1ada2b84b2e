"""Everything that is about one learner, wherever it stands."""

from django.db.models import Q, QuerySet

from issuing.models import (
    AuditEvent,
    ConsentMail,
    ConsentRecord,
    ConsentRequest,
    Issuance,
    Learner,
    RightsRequest,
    RosterRow,
)

_THEIRS = (ConsentRecord, ConsentRequest, ConsentMail, Issuance, RightsRequest)


def entries_of(learner: Learner) -> list[Learner]:
    """The learner's own entry first, then every one that was merged into it, also by way of another."""
    found, latest = [learner], [learner.pk]
    while latest:
        merged = list(Learner.objects.filter(merged_into__in=latest).order_by("pk"))
        found += merged
        latest = [one.pk for one in merged]
    return found


def keys_of(learner: Learner) -> list[str]:
    """The keyed hashes of every address they have or had here, today's first; none that is another learner's by now.

    Of an erased entry whose person was added again, and so is known under them, none is left.
    """
    if learner.came_back_as_id is not None:
        return [learner.email_key]
    used = learner.issuances.exclude(email_key=learner.email_key).order_by("email_key")
    earlier = set(used.values_list("email_key", flat=True).distinct())
    earlier -= set(Learner.objects.filter(email_key__in=earlier).values_list("email_key", flat=True))
    return [learner.email_key, *sorted(earlier)]


def rows_about(learner: Learner) -> QuerySet[RosterRow]:
    """Rows of rosters that are about them: linked to them, or about nobody yet under their address or number."""
    same = Q(email_key__in=[key for key in keys_of(learner) if key])
    if learner.email:
        same |= Q(email__iexact=learner.email)
    if learner.student_number:
        same |= Q(student_number=learner.student_number)
    return RosterRow.objects.filter(Q(learner=learner) | (Q(learner=None) & same)).order_by("roster", "row_no")


def sent_elsewhere(learner: Learner) -> QuerySet[Issuance]:
    """Badges of others that went, or wait to go, to the address that is theirs today."""
    return Issuance.objects.filter(email_key=learner.email_key).exclude(learner=learner)


def rows_elsewhere(learner: Learner) -> QuerySet[RosterRow]:
    """Rows about others in which the address that is theirs today stands."""
    return RosterRow.objects.filter(email_key=learner.email_key).exclude(learner=None).exclude(learner=learner)


def acts_about(learner: Learner) -> QuerySet[AuditEvent]:
    """What was done to them, to their answers, badges and requests, in its order."""
    # Each kind by its name: that is how the index has them.
    entries = entries_of(learner)
    about = Q(subject="learner", subject_uuid__in=[one.uuid for one in entries])
    for model in _THEIRS:
        theirs = list(model._default_manager.filter(learner__in=entries).values_list("uuid", flat=True))
        about |= Q(subject=model._meta.model_name, subject_uuid__in=theirs)
    return AuditEvent.objects.filter(about).select_related("actor").order_by("at", "pk")
