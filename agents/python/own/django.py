"""Django's middleware: ours is in the settings only while a handler loads its middleware."""


def _with_ours(library, settings, position):
    """Returns where ours is, and what it is."""
    existing = settings.MIDDLEWARE
    if not position:
        settings.MIDDLEWARE = list(existing)
        library.instrument()
        added = list(settings.MIDDLEWARE)
        at = next((index for index, name in enumerate(added) if name not in existing), None)
        position.append(None if at is None else (at, added[at]))
    elif position[0]:
        at, name = position[0]
        settings.MIDDLEWARE = list(existing[:at]) + [name] + list(existing[at:])
    return existing


def patch(library, base):
    """Wraps the loading of middleware in `django.core.handlers.base`."""
    original = base.BaseHandler.load_middleware
    position = []

    def load_middleware(self, *args, **kwargs):
        from _odigos import libraries, settings as ours

        existing = django_settings = None
        try:
            from django.conf import settings as django_settings

            existing = django_settings.MIDDLEWARE
            with ours.applied():
                _with_ours(library, django_settings, position)
        except Exception as error:
            libraries.failed.append("django: " + type(error).__name__)
        try:
            return original(self, *args, **kwargs)
        finally:
            if existing is not None:
                django_settings.MIDDLEWARE = existing

    base.BaseHandler.load_middleware = load_middleware
