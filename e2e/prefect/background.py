"""A task that is left to whoever serves it."""

from prefect import task


@task(log_prints=True, task_run_name="whisper-{word}")
def whisper(word: str):
    print(word.lower())


if __name__ == "__main__":
    whisper.delay("QUIET")
