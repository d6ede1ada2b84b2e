"""E-mails that no request stands for: the personal links learners ask for, and receipts."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from issuing.enums import MailKind, MailStatus
from issuing.models import ConsentMail, Learner
from issuing.workflow.mailing import FOR_A_PERSON


def stranded(learner: Learner | None = None) -> QuerySet[ConsentMail]:
    """Links and receipts that go no further without a person, of all learners or of one and who was merged into them.

    Not those that a person has dealt with, nor where the same was e-mailed again meanwhile.
    """
    found = ConsentMail.objects.filter(status__in=sorted(FOR_A_PERSON), decided_at=None, learner__erased_at=None)
    if learner is None:
        found = found.filter(request=None)
    else:  # told of the request as above, SQLite begins with every link and receipt there ever was
        entries = Learner.objects.filter(Q(pk=learner.pk) | Q(merged_into=learner))
        found = found.filter(learner__in=list(entries.values_list("pk", flat=True))).exclude(request__isnull=False)
    later = ConsentMail.objects.filter(pk__gt=OuterRef("pk"), learner=OuterRef("learner"), kind=OuterRef("kind"))
    same = later.filter(Q(kind=MailKind.LINK) | Q(record=OuterRef("record"))).exclude(status=MailStatus.DROPPED)
    return found.exclude(Exists(same))


def link_sent(learner: Learner) -> ConsentMail | None:
    """The latest e-mail with the personal link that a learner asked for, where it was sent; it may have come back."""
    found = ConsentMail.objects.filter(learner=learner, kind=MailKind.LINK).exclude(status=MailStatus.DROPPED)
    latest = found.order_by("-pk").first()
    return latest if latest is not None and latest.status == MailStatus.SENT else None
