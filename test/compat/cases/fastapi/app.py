from fastapi import FastAPI, HTTPException
from mangum import Mangum
from pydantic import BaseModel

app = FastAPI()


class Order(BaseModel):
    item: str
    amount: int


@app.get("/hello/{name}")
async def hello(name: str, shout: bool = False):
    return {"hello": name.upper() if shout else name}


@app.post("/orders", status_code=201)
def order(order: Order):
    if order.amount < 1:
        raise HTTPException(422, "amount")
    return order


handler = Mangum(app, lifespan="auto")
