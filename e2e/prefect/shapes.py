"""Flows whose pictures are compared with those of TypeScript: ten tasks with a retry, and a failure with a cause."""

import sys

from prefect import flow, get_run_logger, task


@task
def extract(source: str):
    get_run_logger().info("read %s", source)
    return [len(source), 3]


@task(retries=1)
def validate(rows, tries=[]):
    tries.append(1)
    if len(tries) == 1:
        raise ConnectionError("the schema registry did not answer")
    return rows


@task
def transform(row: int):
    return row * 2


@task(task_run_name="load-{table}")
def load(table: str, rows, fails: bool):
    if fails:
        try:
            {}["customer_id"]
        except KeyError as error:
            raise ValueError(f"no column customer_id in {table}") from error
    return len(rows)


@flow(name="python-etl", log_prints=True)
def etl(fails: bool = False):
    rows = [validate.submit(extract.submit(source)) for source in ("orders", "customers")]
    parts = transform.map([1, 2, 3])
    print("loading two tables")
    loads = [load.submit(table, [*rows, parts], fails and table == "facts") for table in ("dimensions", "facts")]
    return [each.result() for each in loads]


if __name__ == "__main__":
    etl(sys.argv[1:] == ["fails"])
