"""What the web server calls."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "attache.settings")
site = get_wsgi_application()

# Only now may anything of the site be loaded.
from attache.pages.door import Door  # noqa: E402

application = Door(site)
