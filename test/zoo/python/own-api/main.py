from opentelemetry import baggage, context, propagate, trace

tracer = trace.get_tracer("own")
with tracer.start_as_current_span("by hand") as span:
    token = context.attach(baggage.set_baggage("a", "b"))
    carrier = {}
    propagate.inject(carrier)
    print(sorted(carrier), trace.get_current_span() is span)
    context.detach(token)
