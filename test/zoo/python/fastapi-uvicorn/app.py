from fastapi import FastAPI

app = FastAPI()


@app.get("/items/{number}")
async def item(number: int):
    return {"number": number, "bases": [base.__module__ for base in FastAPI.__mro__[-2:]]}
