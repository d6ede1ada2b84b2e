"""What was agreed to, as a file that can be kept."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from issuing.models import ConsentRecord
from issuing.presenters import receipts


@require_safe
@never_cache
def receipt(request: HttpRequest, uuid: UUID) -> HttpResponse:
    record = get_object_or_404(ConsentRecord.objects.select_related(*receipts.RELATED), uuid=uuid)
    return file_of(record)


def file_of(record: ConsentRecord) -> HttpResponse:
    """The receipt as a page in one file, to be downloaded; the record comes with `receipts.RELATED`."""
    page = receipts.receipt(record)
    answer = HttpResponse(render_to_string("issuing/consent_paper.html", {"page": page}))
    answer.headers["Content-Disposition"] = f'attachment; filename="{page.file_name}"'
    return answer
