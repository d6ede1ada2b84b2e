"""Files that prove an answer: taken with the form, put by while it is checked, handed out again."""

from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from issuing.exceptions import InvalidInput
from issuing.models import ConsentEvidence
from issuing.services.consent import evidence


def posted(request: HttpRequest) -> tuple[QueryDict | None, InvalidInput | None]:
    """What was posted, with the file put by and named in its place, and why a file was not taken."""
    if request.method != "POST":
        return None, None
    data, problem = request.POST.copy(), None
    if "without_proof" in data:
        data["proof"] = ""
    if file := request.FILES.get("evidence_file"):
        try:
            data["proof"] = str(evidence.put_by(content=file.read(evidence.MAX_BYTES + 1), name=file.name or ""))
        except InvalidInput as error:
            problem = error
    return data, problem


@require_safe
@never_cache
def proof(request: HttpRequest, uuid: UUID) -> HttpResponse:
    proving = Q(record__uuid=uuid) | Q(shared_by__uuid=uuid)
    found = get_object_or_404(ConsentEvidence, proving)
    answer = HttpResponse(evidence.content_of(found), content_type=found.kind)
    header = content_disposition_header(as_attachment=True, filename=found.name)
    answer.headers["Content-Disposition"] = header or "attachment"
    return answer
