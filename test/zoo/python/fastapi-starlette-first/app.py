from starlette.applications import Starlette

from fastapi import FastAPI

app = FastAPI()
inner = Starlette()


@app.get("/items/{number}")
async def item(number: int):
    return {"number": number, "is": isinstance(app, Starlette)}
