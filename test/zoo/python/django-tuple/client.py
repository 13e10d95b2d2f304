import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")
django.setup()

from django.conf import settings
from django.test import Client

print(type(settings.MIDDLEWARE).__name__)
for number in (1, 2):
    print(Client().get("/items/%d" % number).content)
print(settings.MIDDLEWARE)
