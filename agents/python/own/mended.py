"""What an application may do with its library, and an instrumentor breaks: mended in the instrumentor."""
import sys

from _odigos import hooks

_ROOT = "_odigos.opentelemetry.instrumentation."


def _grpc_server(module):
    """Methods that fail otherwise than the application's (open-telemetry/opentelemetry-python-contrib#5034)."""

    def passed_on(name):
        return lambda self: getattr(self._servicer_context, name)()

    for name in ("code", "details", "disable_next_message_compression"):
        setattr(module._OpenTelemetryServicerContext, name, passed_on(name))


def _handler_of(handler):
    kind = "%s_%s" % ("stream" if handler.request_streaming else "unary", "stream" if handler.response_streaming else "unary")
    return getattr(handler, kind)


def _grpc_aio_server(module):
    """Handlers that are no coroutines run in threads, and those of streams may write to their context instead of yielding."""
    import inspect

    base = module.OpenTelemetryAioServerInterceptor
    threads = module.OpenTelemetryServerInterceptor
    intercept_service = base.intercept_service
    intercept_stream = base._intercept_aio_server_stream

    async def intercept_service_of_all_kinds(self, continuation, handler_call_details):
        handler = await continuation(handler_call_details)
        behavior = None if handler is None else _handler_of(handler)
        if behavior is None or inspect.iscoroutinefunction(behavior) or inspect.isasyncgenfunction(behavior):

            async def found(_details):
                return handler

            return await intercept_service(self, found, handler_call_details)
        if handler.response_streaming:  # each of its steps may be in another thread, and a span cannot follow
            return handler
        return threads.intercept_service(self, lambda _details: handler, handler_call_details)

    def _intercept_aio_server_stream(self, behavior, handler_call_details):
        if inspect.iscoroutinefunction(behavior):
            return self._intercept_aio_server_unary(behavior, handler_call_details)
        return intercept_stream(self, behavior, handler_call_details)

    base.intercept_service = intercept_service_of_all_kinds
    base._intercept_aio_server_stream = _intercept_aio_server_stream


def _follow_cursors(integration, new_factory, connection, own):
    """Cursors of the class that the application's connection has by itself."""
    integration.get_connection_attributes(connection)
    if own is None or isinstance(own, type):
        traced = new_factory(db_api=integration, base_factory=own)
        for name in ("__name__", "__qualname__", "__module__", "__doc__"):
            setattr(traced, name, getattr(traced.__base__, name))
        connection.cursor_factory = traced
    return connection


def _psycopg2(module):
    """A connection with a class of its own decides which cursors it has, unless it is told; the instrumentor tells it."""
    plain = module.psycopg2.extensions.connection.cursor

    def wrapped_connection(self, connect_method, args, kwargs):
        connection = connect_method(*args, **kwargs)
        own = connection.cursor_factory
        try:
            if own is None and type(connection).cursor is not plain:
                cursor = connection.cursor()
                own = type(cursor)
                cursor.close()
        except Exception:  # not ready yet
            return connection
        return _follow_cursors(self, module._new_cursor_factory, connection, own)

    module.DatabaseApiIntegration.wrapped_connection = wrapped_connection


def _psycopg(module):
    def wrapped_connection(self, connect_method, args, kwargs):
        connection = connect_method(*args, **kwargs)
        return _follow_cursors(self, module._new_cursor_factory, connection, connection.cursor_factory)

    async def wrapped_async_connection(self, connect_method, args, kwargs):
        connection = await connect_method(*args, **kwargs)
        return _follow_cursors(self, module._new_cursor_async_factory, connection, connection.cursor_factory)

    module.DatabaseApiIntegration.wrapped_connection = wrapped_connection
    module.DatabaseApiAsyncIntegration.wrapped_connection = wrapped_async_connection


_PATCHES = {"grpc._server": _grpc_server, "grpc._aio_server": _grpc_aio_server, "psycopg": _psycopg, "psycopg2": _psycopg2}


def _when(name, patch):
    hooks.when_imported(name, lambda: patch(sys.modules[name]))


def install():
    for name, patch in _PATCHES.items():
        _when(_ROOT + name, patch)
