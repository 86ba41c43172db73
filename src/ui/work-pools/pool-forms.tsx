import { useState } from "react";
import { Name } from "../../schema/scalars.ts";
import { type WorkPool, workPools } from "../../schema/work-pools.ts";
import { useApi, useCommand } from "../api.ts";
import { CountField, countOf, countProblem } from "../kit/controls/count-field.tsx";
import { TextField } from "../kit/controls/text-field.tsx";
import { poolCommands } from "../parts/actions/capacity-commands.ts";
import { ConfirmDialog } from "../parts/actions/confirm-dialog.tsx";
import { curlOf } from "../parts/actions/curl.ts";

export const mostRuns = "Maximum number of runs that are pending or running at once.";

/** What is wrong with the name of something new. */
export function nameProblem(name: string): string | undefined {
  return name.trim() === "" ? "a name is required" : Name.safeParse(name).error?.issues[0]?.message;
}

export function EditPool({ pool, onClose }: { pool: WorkPool; onClose: () => void }) {
  const { client } = useApi();
  const update = useCommand(workPools.update);
  const [description, setDescription] = useState(pool.description ?? "");
  const [limit, setLimit] = useState(String(pool.concurrency_limit ?? ""));
  const [tried, setTried] = useState(false);
  const problem = countProblem(limit, { isOptional: true });
  const input = {
    name: pool.name,
    concurrency_limit: countOf(limit),
    ...(description !== (pool.description ?? "") && { description }),
  };
  return (
    <ConfirmDialog
      title={`Edit work pool ${pool.name}`}
      verb="Save"
      done={`Saved work pool ${pool.name}`}
      {...(!problem && {
        command:
          "description" in input
            ? curlOf(client.baseUrl, workPools.update, input)
            : poolCommands.setLimit(pool.name, input.concurrency_limit),
      })}
      act={async () => {
        setTried(true);
        if (!problem) await update.mutateAsync(input);
        return !problem;
      }}
      onClose={onClose}
    >
      <CountField
        label="Limit"
        description={mostRuns}
        placeholder="none"
        value={limit}
        onChange={setLimit}
        error={tried ? problem : undefined}
      />
      <TextField label="Description" value={description} onChange={setDescription} placeholder="none" />
    </ConfirmDialog>
  );
}
