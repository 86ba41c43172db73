"""Slots that the server hands out: concurrency(), rate_limit() and tags with a limit."""

import sys
import time

from prefect import flow, get_run_logger, task
from prefect.concurrency.sync import concurrency, rate_limit
from prefect.variables import Variable


def hold(limit: str):
    get_run_logger().info("holds %s from %.3f", limit, time.time())
    time.sleep(0.3)
    get_run_logger().info("holds %s until %.3f", limit, time.time())


@task
def guarded(number: int):
    with concurrency("database", occupy=1, strict=True):
        hold("database")


@flow
def guarding():
    guarded.map(range(6)).result()


@task(tags=["narrow"])
def tagged(number: int):
    hold("narrow")


@flow
def tagging():
    tagged.map(range(4)).result()


@flow
def rating():
    for _ in range(4):
        rate_limit("calls", strict=True)
        get_run_logger().info("called at %.3f", time.time())


@task(tags=["narrow"])
def occupy():
    with concurrency("database", occupy=2, strict=True):
        while Variable.get("done_with_it") is None:
            time.sleep(0.2)


@flow
def occupying():
    occupy()


if __name__ == "__main__":
    if sys.argv[1:] == ["occupy"]:
        occupying()
    else:
        guarding()
        tagging()
        rating()
