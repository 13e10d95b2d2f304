"""Starts the SDK when the first library is instrumented: no thread, nothing sent before there is something to send."""
import atexit
import sys

from _odigos import export, late, lean, mended, needed, report, settings

_started = []


def _resource():
    from _odigos.opentelemetry.sdk import resources

    # In a forked child it would detect again, with a pool of threads, and wait for ever: Celery's workers did nothing.
    resources._get_process_dependent_resource = resources.Resource.get_empty  # pylint: disable=protected-access
    if settings.get("OTEL_EXPERIMENTAL_RESOURCE_DETECTORS"):  # the user's own choice: they run in threads
        return resources.Resource.create()
    # pylint: disable-next=protected-access
    found = resources._DEFAULT_RESOURCE.merge(resources.OTELResourceDetector().detect())
    if not found.attributes.get("service.name"):
        found = found.merge(resources.Resource({"service.name": "unknown_service"}))
    return found


def _traces(resource):
    from _odigos.opentelemetry import trace
    from _odigos.opentelemetry.sdk.trace import TracerProvider

    # Propagators are read from the environment here, which has our settings only now.
    from _odigos.opentelemetry import propagate  # noqa: F401

    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(export.spans(resource))
    trace.set_tracer_provider(provider)


def _metrics(resource):
    from _odigos.opentelemetry import metrics
    from _odigos.opentelemetry.sdk.metrics import MeterProvider

    metrics.set_meter_provider(MeterProvider([export.metrics(resource)], resource, shutdown_on_exit=False))


def _logs(resource):
    from _odigos.opentelemetry import _logs
    from _odigos.opentelemetry.sdk._logs import LoggerProvider

    provider = LoggerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_log_record_processor(export.logs(resource))
    _logs.set_logger_provider(provider)
    if settings.get("OTEL_PYTHON_LOGGING_AUTO_INSTRUMENTATION_ENABLED").strip().lower() == "true":
        import logging

        from _odigos.opentelemetry.sdk._logs import LoggingHandler

        logging.getLogger().addHandler(LoggingHandler(logger_provider=provider))


_SIGNALS = (("TRACES", _traces), ("METRICS", _metrics), ("LOGS", _logs))


def _silence():
    """Keeps the SDK's own messages (for example about an unreachable collector) out of the application's log."""
    import logging

    logger = logging.getLogger("_odigos")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False


def _start():
    hidden = needed.hidden()
    if hidden:
        raise ImportError("the application hides Python's module " + hidden)
    import fcntl  # noqa: F401 - for the sender, which imports nothing of what an application could hide

    _silence()
    late.install()
    lean.install()
    mended.install()
    resource = None
    for signal, start in _SIGNALS:
        exporter = settings.get("OTEL_%s_EXPORTER" % signal, "otlp" if signal == "TRACES" else "none").strip().lower()
        if exporter == "none":
            continue
        if exporter != "otlp" or not export.is_supported(signal):
            raise ValueError("exporter of " + signal.lower())
        resource = resource or _resource()
        start(resource)
    atexit.register(export.flush)


def ensure():
    """To be called with our settings applied. Throws, once and for all, where the SDK cannot start."""
    if _started:
        if _started[0] is not None:
            raise RuntimeError("the SDK did not start") from _started[0]
        return
    _started.append(None)
    try:
        _start()
    except BaseException as error:
        _started[0] = error
        report.outcome("Failed", "AgentFailed", "the SDK did not start: %s: %s" % (type(error).__name__, error))
        raise


def give_way():
    """The application imports an SDK of its own that was not to be seen at the start."""
    hooks = sys.modules["_odigos.hooks"]
    if not _started:
        _started.append(RuntimeError("the application's own SDK"))
        report.outcome("StoodBack", "OwnSdk", "the application brings its own OpenTelemetry SDK")
        hooks.uninstall()
