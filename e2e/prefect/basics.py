"""What most Python flows do: retries, caching, map, subflows, logs, artifacts, variables, and a failure."""

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import INPUTS
from prefect.runtime import task_run
from prefect.variables import Variable


@task(retries=2, retry_delay_seconds=0.1)
def flaky():
    if task_run.run_count < 3:
        raise ValueError(f"attempt {task_run.run_count} is too early")
    return task_run.run_count


@flow
def retrying():
    return flaky()


@task(cache_policy=INPUTS, persist_result=True)
def expensive(number: int):
    return number * 2


@flow
def caching():
    return expensive(21), expensive(21)


@task
def numbers():
    return [1, 2, 3]


@task(task_run_name="square-{number}")
def square(number: int):
    get_run_logger().info("squaring %s", number)
    return number * number


@task
def total(squares: list[int]):
    return sum(squares)


@flow
def mapping():
    return total.submit(square.map(numbers.submit())).result()


@flow(flow_run_name="child-of-{name}", log_prints=True)
def child(name: str):
    print(f"printed for {name}")
    square(4)


@flow
def parent():
    child("parent")


@flow
def keeping():
    greeting = Variable.get("greeting")
    Variable.set("farewell", {"text": "bye"}, overwrite=True)
    create_markdown_artifact(f"# {greeting}", key="greeting", description="What it says")
    create_table_artifact([{"city": "Oslo", "rain": 7}], key="rain")


@task
def divide(number: int):
    return 10 / number


@flow
def dividing(number: int):
    return divide(number)


if __name__ == "__main__":
    retrying()
    caching()
    mapping()
    parent()
    keeping()
    dividing(0, return_state=True)
