from decimal import Decimal

from pydantic import BaseModel, Field


class Order(BaseModel):
    item: str = Field(min_length=1)
    price: Decimal


def handler(event, context):
    return Order.model_validate(event).model_dump()
