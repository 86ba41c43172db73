import { useState } from "react";
import { Name } from "../../schema/scalars.ts";
import { type WorkPool, workPools } from "../../schema/work-pools.ts";
import { useApi, useCommand } from "../api.ts";
import { CountField, countOf, countProblem } from "../kit/controls/count-field.tsx";
import { TextField } from "../kit/controls/text-field.tsx";
import { poolCommands } from "../parts/actions/capacity-commands.ts";
import { ConfirmDialog } from "../parts/actions/confirm-dialog.tsx";
import { curlOf } from "../parts/actions/curl.ts";

const mostRuns = "Maximum number of runs that are pending or running at once.";

export function CreatePool({ onClose }: { onClose: () => void }) {
  const create = useCommand(workPools.create);
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const [limit, setLimit] = useState("");
  const [tried, setTried] = useState(false);
  const problems = { name: nameProblem(name), limit: countProblem(limit, { isOptional: true }) };
  const isWrong = Object.values(problems).some(Boolean);
  const input = {
    name,
    type: "process",
    ...(description && { description }),
    ...(limit && { concurrency_limit: countOf(limit) }),
  };
  return (
    <ConfirmDialog
      title="New work pool"
      description="Type process: each worker starts runs as separate processes on its own machine."
      verb="Create pool"
      done={`Created work pool ${name}`}
      {...(!isWrong && { command: poolCommands.create(name, { limit: countOf(limit), description }) })}
      act={async () => {
        setTried(true);
        if (!isWrong) await create.mutateAsync(input);
        return !isWrong;
      }}
      onClose={onClose}
    >
      <TextField
        label="Name"
        value={name}
        onChange={setName}
        placeholder="my-pool"
        error={tried ? problems.name : undefined}
      />
      <TextField label="Description" value={description} onChange={setDescription} placeholder="none" />
      <CountField
        label="Limit"
        description={mostRuns}
        placeholder="none"
        value={limit}
        onChange={setLimit}
        error={tried ? problems.limit : undefined}
      />
    </ConfirmDialog>
  );
}

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
