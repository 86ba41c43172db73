"""A script that nothing watches over."""

import time

from prefect import flow, get_run_logger


@flow
def endless():
    get_run_logger().info("started")
    time.sleep(600)


if __name__ == "__main__":
    endless()
