"""Pyramid's Configurator: the instrumentor finds the caller's package by the number of frames, and wants settings by name."""


def patch(library, config):
    from inspect import signature

    from pyramid.path import caller_package

    real = config.Configurator
    original = real.__init__
    parameters = signature(original)
    library.instrument()
    instrumented = real.__init__

    def __init__(self, *args, **kwargs):
        try:
            given = dict(parameters.bind(self, *args, **kwargs).arguments)
        except TypeError:
            return original(self, *args, **kwargs)
        del given["self"]
        given["package"] = given.get("package") or caller_package(level=2)
        given["settings"] = dict(given.get("settings") or {})
        return instrumented.__get__(self, type(self))(**given)

    __init__.__wrapped__ = original
    __init__.__doc__ = original.__doc__
    real.__init__ = __init__
