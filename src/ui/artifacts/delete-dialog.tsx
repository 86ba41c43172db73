import { useState } from "react";
import { ApiError, type Client } from "../../client/client.ts";
import { artifacts } from "../../schema/artifacts.ts";
import { readAgain, useApi } from "../api.ts";
import { ConfirmDialog } from "../parts/actions/confirm-dialog.tsx";

interface Props {
  /** One artifact, or all that a key has. */
  target: { id: string; name: string } | { key: string; count: number };
  onDeleted: () => void;
  onClose: () => void;
}

/** Asks before one artifact, or all of a key, are deleted. */
export function DeleteDialog({ target, onDeleted, onClose }: Props) {
  const api = useApi();
  const [done, setDone] = useState(0);
  const isAll = "key" in target;
  const count = isAll ? target.count.toLocaleString("en") : "";
  const noun = isAll && target.count === 1 ? "artifact" : "artifacts";
  const act = async () => {
    if (isAll) await deleteAll(api.client, target.key, setDone);
    else await deleteOne(api.client, target.id);
    if (!api.info) readAgain(api, "artifacts");
    onDeleted();
  };
  return (
    <ConfirmDialog
      danger
      title={isAll ? `Delete ${count} ${noun} of ${target.key}?` : `Delete ${target.name}?`}
      description={
        isAll
          ? `All versions of the key are deleted. Runs that wrote them stay.`
          : "Only this version is deleted. This cannot be undone."
      }
      verb={isAll ? `Delete ${count} ${noun}` : "Delete artifact"}
      act={act}
      done={isAll ? `Deleted all artifacts of ${target.key}` : "Deleted the artifact"}
      onClose={onClose}
    >
      {done > 0 && (
        <p role="status" className="text-muted">
          Deleted {done.toLocaleString("en")} of {count}
        </p>
      )}
    </ConfirmDialog>
  );
}

/** It may be gone already. */
const deleteOne = (client: Client, id: string): Promise<unknown> =>
  client.call(artifacts.delete, { id }).catch((error: unknown) => {
    if (!(error instanceof ApiError && error.status === 404)) throw error;
  });

const [pageSize, atOnce] = [50, 5];

/** The API deletes one at a time. What is written meanwhile is newer than the first page, and stays. */
async function deleteAll(client: Client, key: string, onDone: (count: number) => void): Promise<void> {
  let newest: string | undefined;
  for (let done = 0; ; ) {
    const input = { artifacts: { key: { any_: [key] } }, sort: "CREATED_DESC", limit: pageSize } as const;
    const page = await client.call(artifacts.filter, input);
    newest ??= page[0]?.created ?? "";
    const until = newest;
    const ids = page.filter(({ created }) => (created ?? "") <= until).map(({ id }) => id);
    if (ids.length === 0) return;
    for (let at = 0; at < ids.length; at += atOnce) {
      const some = ids.slice(at, at + atOnce);
      await Promise.all(some.map((id) => deleteOne(client, id)));
      done += some.length;
      onDone(done);
    }
  }
}
