"""Keeps the results of two flows in folders: in one that the flow names, and in the one of the server."""

import sys

from prefect import flow, task
from prefect.client.orchestration import get_client
from prefect.filesystems import LocalFileSystem


@task(persist_result=True, result_serializer="json")
def double(number: int) -> int:
    return number * 2


@flow(persist_result=True, result_serializer="json", result_storage="local-file-system/named")
def named() -> int:
    return double(21)


@flow(persist_result=True, result_serializer="json")
def by_default() -> int:
    return double(4)


if __name__ == "__main__":
    folder = sys.argv[1]
    LocalFileSystem(basepath=f"{folder}/named").save("named", overwrite=True)
    block = LocalFileSystem(basepath=f"{folder}/default")
    block.save("default", overwrite=True)
    with get_client(sync_client=True) as client:
        id = str(block._block_document_id)
        client._client.put("/admin/storage", json={"default_result_storage_block_id": id}).raise_for_status()
        named()
        by_default()
        client._client.delete("/admin/storage").raise_for_status()
