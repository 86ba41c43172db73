"""Waits for somebody, and for what they answer."""

from prefect import flow, get_run_logger, pause_flow_run
from prefect.input import RunInput


class Approval(RunInput):
    approved: bool
    discount: int = 5


@flow
def approving():
    pause_flow_run(timeout=300, poll_interval=1)
    answer = pause_flow_run(wait_for_input=Approval, timeout=300, poll_interval=1)
    get_run_logger().info("approved: %s, %s %% off", answer.approved, answer.discount)


if __name__ == "__main__":
    approving()
