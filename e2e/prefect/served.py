"""Two deployments served by one process: one fires by itself, one is asked for and runs until it is stopped."""

import os
import time

from prefect import flow, get_run_logger, serve, task


@flow
def ticking(word: str = "tick"):
    get_run_logger().info("it says %s", word)


@task
def wait():
    time.sleep(600)


@flow
def holding():
    get_run_logger().info("held by process %s", os.getpid())
    wait()


if __name__ == "__main__":
    serve(
        ticking.to_deployment("often", interval=12, parameters={"word": "tock"}, tags=["e2e"]),
        holding.to_deployment("held"),
    )
