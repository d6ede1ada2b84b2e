"""Two managers who take each other's access away at the same moment leave one of them."""

import threading

import pytest
from django.db import connection as database

from issuing.enums import Role
from issuing.exceptions import IssuingError
from issuing.models import User
from issuing.services import staff
from tests.factories import make_user


@pytest.mark.django_db(transaction=True)
def test_one_manager_stays_when_two_switch_each_other_off() -> None:
    one, other = make_user("one", role=Role.MANAGER), make_user("other", role=Role.MANAGER)
    start, unexpected = threading.Barrier(2), []

    def switch_off(user: User, by: User) -> None:
        start.wait()
        try:
            staff.switch_off(user, by=by)
        except IssuingError:
            pass
        except Exception as error:  # noqa: BLE001 - told below
            unexpected.append(error)
        finally:
            database.close()

    threads = [threading.Thread(target=switch_off, args=pair) for pair in ((one, other), (other, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert unexpected == []
    assert User.objects.filter(is_active=True).count() == 1
