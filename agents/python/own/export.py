"""From the SDK to the collector: items are encoded where they end, so that the sending thread needs no lock of the SDK's."""
import zlib

from _odigos import background, http, otlp, report, settings

_batches = []


def is_supported(signal):
    """The only protocol of these packages."""
    protocol = settings.get("OTEL_EXPORTER_OTLP_%s_PROTOCOL" % signal) or settings.get("OTEL_EXPORTER_OTLP_PROTOCOL")
    return protocol in ("", "http/protobuf")


def _setting(signal, name):
    return settings.get("OTEL_EXPORTER_OTLP_%s_%s" % (signal, name)) or settings.get("OTEL_EXPORTER_OTLP_" + name)


def _headers(text):
    from urllib.parse import unquote

    return {key.strip().lower(): unquote(value.strip()) for key, value in settings.pairs(text).items()}


class _Sender(object):
    def __init__(self, signal, resource):
        base = settings.get("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4318").rstrip("/")
        own = settings.get("OTEL_EXPORTER_OTLP_%s_ENDPOINT" % signal)
        self._url = own or "%s/v1/%s" % (base, signal.lower())
        self._headers = {"content-type": "application/x-protobuf"}
        given = _setting(signal, "HEADERS")
        if given:
            self._headers.update(_headers(given))
        self._gzip = _setting(signal, "COMPRESSION").strip().lower() == "gzip"
        if self._gzip:
            self._headers["content-encoding"] = "gzip"
        self._certificates = _setting(signal, "CERTIFICATE")
        try:
            self._seconds = float(_setting(signal, "TIMEOUT") or 10)
        except ValueError:
            self._seconds = 10.0
        self._resource = otlp.resource(resource)

    def send(self, items):
        body = otlp.request(self._resource, items)
        if self._gzip:
            packer = zlib.compressobj(6, zlib.DEFLATED, 31)
            body = packer.compress(body) + packer.flush()
        sent = http.post(self._url, self._headers, body, self._seconds, self._certificates)
        report.send()
        return sent


def _batch(signal, resource, prefix):
    batch = background.Batch(
        _Sender(signal, resource).send,
        # SIGTERM without a handler ends Python at once, and what waits is lost: a second's, not five.
        settings.number(prefix + "_SCHEDULE_DELAY", 1000) / 1000,
        int(settings.number(prefix + "_MAX_QUEUE_SIZE", 2048)),
        int(settings.number(prefix + "_MAX_EXPORT_BATCH_SIZE", 512)),
    )
    _batches.append(batch.flush)
    return batch


def flush():
    """At the end of the process: sends what there is."""
    for each in _batches:
        background.quietly(each)


def _scopes():
    known = {}

    def of(scope):
        found = known.get(scope)
        if found is None:
            known[scope] = found = otlp.scope(scope)
        return found

    return of


def spans(resource):
    """A span processor."""
    from _odigos.opentelemetry.sdk.trace import SpanProcessor

    batch = _batch("TRACES", resource, "OTEL_BSP")
    scope_of = _scopes()

    class Processor(SpanProcessor):
        def on_end(self, span):
            if span.context.trace_flags.sampled:
                item = scope_of(span.instrumentation_scope), otlp.span(span)
                batch.add(item, span.parent is None or span.parent.is_remote)

    return Processor()


def logs(resource):
    """A processor of log records. Its method has another name, and its argument other parts, in older packages."""
    from _odigos.opentelemetry.sdk._logs import LogRecordProcessor

    from _odigos import otlp_metrics

    batch = _batch("LOGS", resource, "OTEL_BLRP")
    scope_of = _scopes()

    class Processor(LogRecordProcessor):
        def on_emit(self, data):
            batch.add((scope_of(data.instrumentation_scope), otlp_metrics.log_record(data.log_record)))

        emit = on_emit

        def shutdown(self):
            pass

        def force_flush(self, timeout_millis=30000):
            return True

    return Processor()


def metrics(resource):
    """A reader of metrics, which are sent from time to time and at the end."""
    from _odigos.opentelemetry.sdk.metrics.export import MetricReader

    from _odigos import otlp_metrics

    sender = _Sender("METRICS", resource)

    class Reader(MetricReader):
        def _receive_metrics(self, metrics_data, timeout_millis=10000, **kwargs):
            items = [
                (otlp.scope(scoped.scope), otlp_metrics.metric(metric))
                for each in metrics_data.resource_metrics
                for scoped in each.scope_metrics
                for metric in scoped.metrics
            ]
            if items:
                sender.send(items)

        def shutdown(self, timeout_millis=30000, **kwargs):
            pass

    reader = Reader()
    background.every(settings.number("OTEL_METRIC_EXPORT_INTERVAL", 60000) / 1000, reader.collect)
    _batches.append(lambda: background.quietly(reader.collect))
    return reader

