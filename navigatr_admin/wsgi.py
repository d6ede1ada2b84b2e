"""The WSGI application that gunicorn serves."""

import logging
import os

from django.core.wsgi import get_wsgi_application

from issuing.logs import HideLinks

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "navigatr_admin.settings")
application = get_wsgi_application()

# gunicorn has logs of its own, which know addresses.
for _name in ("gunicorn.error", "gunicorn.access"):
    logging.getLogger(_name).addFilter(HideLinks())
