"""Left to a process work pool; each run loads the flow from this folder."""

from pathlib import Path

from prefect import flow, get_run_logger, task


@task
def shout(word: str):
    return word.upper()


@flow
def pooled(word: str = "quiet"):
    get_run_logger().info("a worker says %s", shout(word))


if __name__ == "__main__":
    pooled.from_source(
        source=str(Path(__file__).parent), entrypoint="pooled.py:pooled"
    ).deploy("steady", work_pool_name="python", description="A flow for a pool")
