"""Falcon's applications: the instrumentor's methods work on a stand-in for each call, and the class stays the application's."""


def _stand_in(real):
    call, handle = real.__call__, real._handle_exception

    class StandIn(object):
        def __init__(self, middleware):
            self.middleware = middleware

        def __call__(self, environ, start_response):
            return call(self.application, environ, start_response)

        def _handle_exception(self, *args):
            return handle(self.application, *args)

    return StandIn


def patch(library, falcon):
    """Of an ASGI application all these methods are others, as the instrumentor has it."""
    if not hasattr(falcon, "App"):  # before 3.0 nothing else is derived from the class
        return library.instrument()
    real = falcon.App
    known = library.instrument(falcon, "App", _stand_in(real))()
    prepare = real._prepare_middleware

    def of(application):
        found = type(known).__new__(type(known))
        found.__dict__.update(known.__dict__, application=application)
        return found

    def _prepare_middleware(self, middleware=None, *args, **kwargs):
        return prepare(self, known.middleware + list(middleware or ()), *args, **kwargs)

    def __call__(self, env, start_response):
        return of(self)(env, start_response)

    def _handle_exception(self, *args):
        return of(self)._handle_exception(*args)

    for method in (_prepare_middleware, __call__, _handle_exception):
        method.__wrapped__ = getattr(real, method.__name__)
        method.__doc__ = method.__wrapped__.__doc__
        setattr(real, method.__name__, method)
