"""A deployment whose runs fail where an order is wrong, or go on until they are stopped."""

import time

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_table_artifact


@task
def load(order: int):
    get_run_logger().info("order %s loaded", order)
    return order


@task
def bill(order: int):
    if order == 3:
        raise ValueError("order 3 has no address")
    return order * 10


@flow
def orders(count: int = 3, endless: bool = False):
    loaded = load.map(range(1, count + 1))
    create_table_artifact([{"order": 1, "paid": 10}, {"order": 2, "paid": 9}], key="paid-orders")
    beat = 0
    while endless:
        beat += 1
        get_run_logger().info("beat %s", beat)
        time.sleep(0.5)
    return sum(bill.map(loaded).result())


if __name__ == "__main__":
    orders.serve("nightly")
