"""Stands for the package of this name, of which this function is used."""
import inspect


def _is_double(application):
    if getattr(application, "_asgi_single_callable", False):
        return False
    if getattr(application, "_asgi_double_callable", False) or inspect.isclass(application):
        return True
    return not any(map(_is_coroutine, (getattr(application, "__call__", None), application)))


def _is_coroutine(function):
    # The marker is that of asyncio.coroutine and asgiref.
    return inspect.iscoroutinefunction(function) or hasattr(function, "_is_coroutine") or hasattr(function, "_is_coroutine_mark")


def guarantee_single_callable(application):
    """An application of ASGI 3, from one of ASGI 2 or 3."""
    if not _is_double(application):
        return application

    async def single(scope, receive, send):
        return await application(scope)(receive, send)

    return single
