"""A badge that can really be issued at the practice server."""

import pytest

from issuing.models import Badge
from issuing.practice import PracticeServer
from tests.factories import make_badge, make_connection, make_provider


@pytest.fixture
def badge(transactional_db: None, practice: PracticeServer) -> Badge:
    """Badge 51 of Example College, over a connection whose token is good."""
    return make_badge(make_provider(make_connection(practice.base_url)))
