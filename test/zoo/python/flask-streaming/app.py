"""Answers that outlive their request: open-telemetry/opentelemetry-python-contrib issues 868, 2606 of the SDK, and 3937."""
import logging
import threading

import flask

logging.basicConfig(format="%(levelname)s %(name)s %(message)s")
app = flask.Flask(__name__)


@app.get("/stream")
def stream():
    def lines():
        for number in range(3):
            yield "%s %d\n" % (flask.request.args.get("name"), number)

    return app.response_class(flask.stream_with_context(lines()), mimetype="text/plain")


@app.get("/broken-stream")
def broken_stream():
    @flask.stream_with_context
    def lines():
        yield "one\n"
        yield flask.request.path

    answer = app.response_class(lines())
    answer.call_on_close(lambda: print("closed", flask.has_request_context(), flush=True))
    return answer


@app.get("/copied")
def copied():
    results = []

    @flask.copy_current_request_context
    def work():
        results.append(flask.request.path)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return flask.jsonify(results)


@app.get("/nested")
def nested():
    with app.test_request_context("/inner?name=a"):
        inner = flask.request.args["name"]
    with app.test_client() as client:
        answer = client.get("/copied").json
    return flask.jsonify(inner, answer, flask.request.path)


@app.teardown_request
def teardown(error):
    if error is not None:
        print("teardown", error, flush=True)
