"""Wrappers of functions whose module the application has not imported wait until it does, so that no instrumentor imports it."""
import sys

from _odigos import hooks


def install():
    from _odigos.wrapt import patches

    wrap = patches.wrap_object

    def wrap_object(module, name, factory, args=(), kwargs=None):
        options = kwargs or {}
        if not isinstance(module, str) or module in sys.modules:
            return wrap(module, name, factory, args, options)
        return hooks.when_imported(module, lambda: wrap(module, name, factory, args, options))

    patches.wrap_object = wrap_object
