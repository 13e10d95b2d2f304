"""A project as `django-admin startproject` makes it, without what needs a database."""

SECRET_KEY = "of an example"
DEBUG = False
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
]
ROOT_URLCONF = "reviews.urls"
WSGI_APPLICATION = "reviews.wsgi.application"
