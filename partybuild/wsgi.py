"""WSGI entry point."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import reverse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "partybuild.settings")
application = get_wsgi_application()
# Loads the pages, else the first visitor of each worker would wait for them.
reverse("home")

# What was loaded by now stays: Python need not look through it again at each search for
# circles, and the workers share its memory.
gc.collect()
gc.freeze()
