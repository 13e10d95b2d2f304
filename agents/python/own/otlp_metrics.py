"""Metrics and log records in OTLP."""
from _struct import pack

from _odigos.otlp import any_value, attributes, double, field, fixed, text, unsigned


def _signed(number, value):
    return unsigned(number, (value << 1) ^ (value >> 31) & 0xFFFFFFFF)


def _packed(number, code, values):
    return field(number, pack("<%d%s" % (len(values), code), *values)) if values else b""


def _number(point):
    whole = isinstance(point.value, int)
    value = b"\x31" + pack("<q", point.value) if whole else double(4, point.value)
    return fixed(2, point.start_time_unix_nano or 0) + fixed(3, point.time_unix_nano) + value + attributes(7, point.attributes)


def _limits(point, first):
    return (double(first, point.min) + double(first + 1, point.max)) if point.count else b""


def _histogram(point):
    return b"".join(
        (
            fixed(2, point.start_time_unix_nano),
            fixed(3, point.time_unix_nano),
            fixed(4, point.count),
            double(5, point.sum),
            _packed(6, "Q", point.bucket_counts),
            _packed(7, "d", point.explicit_bounds),
            attributes(9, point.attributes),
            _limits(point, 11),
        )
    )


def _exponential(point):
    def buckets(number, side):
        counts = b"".join(unsigned(2, count) or b"\x10\x00" for count in side.bucket_counts)
        return field(number, _signed(1, side.offset) + counts)

    return b"".join(
        (
            attributes(1, point.attributes),
            fixed(2, point.start_time_unix_nano),
            fixed(3, point.time_unix_nano),
            fixed(4, point.count),
            double(5, point.sum),
            _signed(6, point.scale),
            fixed(7, point.zero_count),
            buckets(8, point.positive),
            buckets(9, point.negative),
            _limits(point, 12),
        )
    )


# Field and encoding of the points of each type of data.
_TYPES = {"Gauge": (5, _number), "Sum": (7, _number), "Histogram": (9, _histogram), "ExponentialHistogram": (10, _exponential)}


def metric(known):
    """A message Metric."""
    number, encode = _TYPES[type(known.data).__name__]
    data = b"".join(field(1, encode(point)) for point in known.data.data_points)
    temporality = getattr(known.data, "aggregation_temporality", None)
    data += unsigned(2, temporality.value) if temporality else b""
    data += unsigned(3, int(getattr(known.data, "is_monotonic", False)))
    return text(1, known.name) + text(2, known.description or "") + text(3, known.unit or "") + field(number, data)


def log_record(record):
    """A message LogRecord."""
    severity = record.severity_number.value if record.severity_number else 0
    parts = [
        fixed(1, record.timestamp or 0),
        unsigned(2, severity),
        text(3, record.severity_text or ""),
        any_value(5, record.body) if record.body is not None else b"",
        attributes(6, record.attributes),
        field(9, record.trace_id.to_bytes(16, "big")) if record.trace_id else b"",
        field(10, record.span_id.to_bytes(8, "big")) if record.span_id else b"",
        fixed(11, record.observed_timestamp or 0),
        text(12, getattr(record, "event_name", None) or ""),
    ]
    return b"".join(parts)
