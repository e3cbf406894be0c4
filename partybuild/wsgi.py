"""WSGI entry point."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "partybuild.settings")
application = get_wsgi_application()

# What was loaded by now stays: Python need not look through it again at each search for
# circles, and the workers share its memory.
gc.collect()
gc.freeze()
