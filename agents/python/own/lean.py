"""The same spans for less time: what the SDK and its instrumentors do anew for each span, although nothing has changed."""
import sys

from _odigos import hooks, settings

_ROOT = "_odigos.opentelemetry."
_CAPTURED = "OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SERVER_"
_PLAIN = frozenset((str, int, bool, float))


def _remembered(function, most=64):
    """Of one argument; what is read of the environment does not change."""
    known = {}

    def remembered(argument):
        if argument in known:
            return known[argument]
        result = function(argument)
        if len(known) < most:
            known[argument] = result
        return result

    return remembered


def _nothing(*_, **__):
    return {}


def _http(module):
    module.get_custom_headers = _remembered(module.get_custom_headers)
    module.sanitize_method = _remembered(module.sanitize_method)


def _semconv(module):
    """Attributes are chosen for metrics that nobody records."""
    if settings.get("OTEL_METRICS_EXPORTER", "none").strip().lower() == "none":
        for name in ("_filter_semconv_duration_attrs", "_filter_semconv_active_request_count_attr"):
            if hasattr(module, name):
                setattr(module, name, _nothing)


def _wsgi(module):
    """Headers are collected, and then nearly always none is wanted."""
    for kind in ("request", "response"):
        name = "collect_custom_%s_headers_attributes" % kind
        if hasattr(module, name) and not module.get_custom_headers(_CAPTURED + kind.upper()):
            setattr(module, name, _nothing)


def _asgi(module):
    """One span for a request, and none for each part of it that is received and sent."""
    base = module.OpenTelemetryMiddleware
    original = base.__init__

    def __init__(self, *args, **kwargs):
        original(self, *args, **kwargs)
        self.exclude_receive_span = self.exclude_send_span = True

    base.__init__ = __init__


class _Once(object):
    """In place of the module of WSGI, for an instrumentor that collects the attributes of a request twice."""

    _key = "_odigos.attributes"

    def __init__(self, module):
        self.__dict__.update(vars(module))
        collect = module.collect_request_attributes

        def collect_request_attributes(environ, *args, **kwargs):
            found = environ.pop(self._key, None)
            if found is None:
                found = collect(environ, *args, **kwargs)
                environ[self._key] = dict(found)
            return found

        self.collect_request_attributes = collect_request_attributes


def _flask(module):
    """No comments for SQL, which nothing here writes; and no address of a request where no list excludes any."""
    before_request = module._wrapped_before_request

    def _wrapped_before_request(*args, **kwargs):
        return before_request(*args, **dict(kwargs, enable_commenter=False))

    module._wrapped_before_request = _wrapped_before_request
    module.otel_wsgi = _Once(module.otel_wsgi)
    if not module._excluded_urls_from_env._excluded_urls:
        module._excluded_urls_from_env = None


def _attributes(module):
    """Values that need no check are not checked one by one."""
    base = module.BoundedAttributes
    original = getattr(base, "_set_items", None)
    if original is None:  # of older packages
        return

    def _set_items(self, attributes):
        known = self._dict
        is_plain = not known and self.max_value_len is None and not self._immutable and attributes
        if is_plain and (self.maxlen is None or len(attributes) <= self.maxlen):
            copied = dict(attributes)
            if "" not in copied and _PLAIN.issuperset(map(type, copied.values())) and {str}.issuperset(map(type, copied)):
                known.update(copied)
                return
        original(self, attributes)

    base._set_items = _set_items


def _trace(module):
    base = module._Span
    set_attribute = base.set_attribute

    def set_same_attribute(self, key, value):
        """Some instrumentors set the attributes with which a span began once more."""
        known = self._attributes._dict
        if self._end_time is not None or key not in known or known[key] is not value:
            set_attribute(self, key, value)

    def _readable_span(self):
        """What has ended is encoded at once, and needs no copy."""
        return self

    base.set_attribute = set_same_attribute
    base._readable_span = _readable_span


_PATCHES = {
    "attributes": _attributes,
    "instrumentation._semconv": _semconv,
    "instrumentation.asgi": _asgi,
    "instrumentation.flask": _flask,
    "instrumentation.wsgi": _wsgi,
    "sdk.trace": _trace,
    "util.http": _http,
}


def _when(name, patch):
    hooks.when_imported(name, lambda: patch(sys.modules[name]))


def install():
    """Before the SDK and the instrumentors are imported: some keep what they find then."""
    for name, patch in _PATCHES.items():
        _when(_ROOT + name, patch)
