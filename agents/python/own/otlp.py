"""OTLP in protobuf, by hand: the generated code would bring a package that applications have in versions of their own."""
from _struct import Struct, pack

_OURS = "_odigos."


def _varint(number):
    if number < 0x80:
        return bytes((number,))
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def field(number, data):
    """A message, string or byte field."""
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def text(number, value):
    return field(number, value.encode("utf-8", "replace")) if value else b""


def unsigned(number, value):
    return _varint(number << 3) + _varint(value) if value else b""


def fixed(number, value):
    return _varint(number << 3 | 1) + pack("<Q", value) if value else b""


def double(number, value):
    return _varint(number << 3 | 1) + pack("<d", value)


def _any(value):
    if isinstance(value, str):
        return field(1, value.encode("utf-8", "replace"))
    if isinstance(value, bool):
        return b"\x10" + bytes((value,))
    if isinstance(value, int):
        return b"\x18" + _varint(value & 0xFFFFFFFFFFFFFFFF)
    if isinstance(value, float):
        return double(4, value)
    if isinstance(value, bytes):
        return field(7, value)
    if isinstance(value, dict) or hasattr(value, "items"):
        return field(6, attributes(1, value))
    if isinstance(value, (list, tuple)):
        return field(5, b"".join(field(1, _any(each)) for each in value))
    return b"" if value is None else field(1, str(value).encode("utf-8", "replace"))


def any_value(number, value):
    return field(number, _any(value))


_REMEMBERED = (str, int, bool)
_LONGEST = 256
_MOST = 512
_known = {}  # bytes of attributes: the same few come again and again


def _attribute(key, value):
    return text(1, str(key)) + any_value(2, value)


def _known_attribute(number, key, value):
    kind = value.__class__  # 1, 1.0 and True are the same key
    if kind not in _REMEMBERED or (kind is str and len(value) > _LONGEST):
        return field(number, _attribute(key, value))
    place = (number, key, value, kind)
    found = _known.get(place)
    if found is None:
        if len(_known) >= _MOST:
            _known.clear()
        found = _known[place] = field(number, _attribute(key, value))
    return found


def attributes(number, pairs):
    if not pairs:
        return b""
    # Without the SDK's lock, which it takes to copy the keys: the span has ended.
    known = getattr(pairs, "_dict", pairs)
    return b"".join([_known_attribute(number, key, value) for key, value in list(known.items())])


def resource(known):
    """Field 1 of what is sent for a resource."""
    return field(1, attributes(1, known.attributes))


def scope(known):
    """Field 1 of what is sent for a scope. Its name is the module's, which is below our package."""
    if known is None:
        return field(1, b"")
    name = known.name[len(_OURS) :] if known.name.startswith(_OURS) else known.name
    return field(1, text(1, name) + text(2, known.version or "") + attributes(3, getattr(known, "attributes", None)))


def request(resource_bytes, items):
    """An export request: `items` are pairs of a scope's bytes and an item's bytes."""
    scopes = {}
    for scope_bytes, item in items:
        scopes.setdefault(scope_bytes, []).append(item)
    parts = (field(2, scope_bytes + b"".join(field(2, each) for each in some)) for scope_bytes, some in scopes.items())
    return field(1, resource_bytes + b"".join(parts))


def _ids(context):
    return b"\x0a\x10" + context.trace_id.to_bytes(16, "big") + b"\x12\x08" + context.span_id.to_bytes(8, "big")


def _event(event):
    return fixed(1, event.timestamp) + text(2, event.name) + attributes(3, event.attributes)


def _link(link):
    state = link.context.trace_state
    flags = pack("<BI", 6 << 3 | 5, _flags(link.context, link.context))
    return _ids(link.context) + text(3, state.to_header() if state else "") + attributes(4, link.attributes) + flags


def _flags(context, parent):
    return int(context.trace_flags) | 0x100 | (0x200 if parent is not None and parent.is_remote else 0)


_TIMES = Struct("<BQBQ")  # fields 7 and 8
_FLAGS = Struct("<BBI")  # field 16


def _is_rare(ended):
    # pylint: disable=protected-access
    events, links = ended._events, ended._links
    return events or links or events.dropped or links.dropped or ended._attributes.dropped


def _rare(ended):
    """What few spans have."""
    parts = [
        unsigned(10, ended.dropped_attributes),
        b"".join([field(11, _event(event)) for event in ended.events]),
        unsigned(12, ended.dropped_events),
        b"".join([field(13, _link(link)) for link in ended.links]),
        unsigned(14, ended.dropped_links),
    ]
    return b"".join(parts)


def span(ended):
    """A message Span."""
    # pylint: disable=protected-access
    context, parent, status = ended.get_span_context(), ended.parent, ended.status
    state, code = context.trace_state, status.status_code.value
    parts = [
        _ids(context),
        text(3, state.to_header()) if state else b"",
        b"\x22\x08" + parent.span_id.to_bytes(8, "big") if parent else b"",
        text(5, ended.name),
        bytes((0x30, ended.kind.value + 1)),
        _TIMES.pack(0x39, ended.start_time or 0, 0x41, ended.end_time or 0),
        attributes(9, ended._attributes),
        _rare(ended) if _is_rare(ended) else b"",
        field(15, text(2, status.description or "") + unsigned(3, code)) if code else b"\x7a\x00",
        _FLAGS.pack(0x85, 0x01, _flags(context, parent)),
    ]
    return b"".join(parts)
