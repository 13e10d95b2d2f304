"""Handlers of errors run once, and applications in applications: open-telemetry/opentelemetry-python-contrib issues 3637 and 3642."""
import contextlib

import fastapi
from fastapi.responses import JSONResponse, StreamingResponse
from starlette.middleware.base import BaseHTTPMiddleware


@contextlib.asynccontextmanager
async def lifespan(application):
    print("begins", flush=True)
    yield {"begun": True}
    print("ends", flush=True)


async def on_error(request, error):
    print("handled", type(error).__name__, request.url.path, flush=True)
    return JSONResponse({"error": str(error)}, status_code=500)


async def on_value_error(request, error):
    print("value", error, flush=True)
    return JSONResponse({"value": str(error)}, status_code=422)


app = fastapi.FastAPI(lifespan=lifespan, exception_handlers={Exception: on_error, ValueError: on_value_error})
inner = fastapi.FastAPI()
app.mount("/inner", inner)


class Middleware(BaseHTTPMiddleware):
    async def dispatch(self, request, call_next):
        answer = await call_next(request)
        answer.headers["x-seen"] = request.scope.get("root_path", "") + "|" + type(request.app).__name__
        return answer


app.add_middleware(Middleware)


@app.get("/items/{number}")
async def item(number: int, request: fastapi.Request, tasks: fastapi.BackgroundTasks):
    tasks.add_task(print, "after", number, flush=True)
    return {"number": number, "begun": request.state.begun, "layers": type(app.middleware_stack).__name__}


@app.get("/failure")
async def failure():
    raise KeyError("seven")


@app.get("/value")
async def value():
    raise ValueError("eight")


@app.get("/stream")
async def stream():
    async def parts():
        yield b"one\n"
        yield b"two\n"

    return StreamingResponse(parts(), media_type="text/plain")


@inner.get("/items/{number}")
def inner_item(number: int):
    return {"inner": number}


@inner.get("/failure")
def inner_failure():
    raise RuntimeError("inner")


@app.websocket("/socket")
async def socket(connection: fastapi.WebSocket):
    await connection.accept()
    await connection.close()
