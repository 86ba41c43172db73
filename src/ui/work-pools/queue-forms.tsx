import { useState } from "react";
import type { WorkPool } from "../../schema/work-pools.ts";
import { type WorkQueue, workQueues } from "../../schema/work-queues.ts";
import { useApi, useCommand } from "../api.ts";
import { CountField, countOf, countProblem } from "../kit/controls/count-field.tsx";
import { TextField } from "../kit/controls/text-field.tsx";
import { queueCommands } from "../parts/actions/capacity-commands.ts";
import { ConfirmDialog } from "../parts/actions/confirm-dialog.tsx";
import { curlOf } from "../parts/actions/curl.ts";
import { nameProblem } from "./pool-forms.tsx";

interface Typed {
  name: string;
  limit: string;
  priority: string;
}

function useQueueForm(start: Typed) {
  const [typed, setTyped] = useState(start);
  const [tried, setTried] = useState(false);
  const problems = {
    name: nameProblem(typed.name),
    limit: countProblem(typed.limit, { isOptional: true }),
    priority: countProblem(typed.priority, { min: 1, isOptional: start.priority === "" }),
  };
  return {
    typed,
    set: (key: keyof Typed) => (text: string) => setTyped((before) => ({ ...before, [key]: text })),
    shown: tried ? problems : undefined,
    isWrong: Object.values(problems).some(Boolean),
    setTried,
  };
}

type Form = ReturnType<typeof useQueueForm>;

function QueueFields({ form: { typed, set, shown } }: { form: Form }) {
  return (
    <>
      <TextField
        label="Name"
        value={typed.name}
        onChange={set("name")}
        placeholder="urgent"
        error={shown?.name}
      />
      <CountField
        label="Limit"
        description="Maximum number of runs that are pending or running at once."
        placeholder="none"
        value={typed.limit}
        onChange={set("limit")}
        error={shown?.limit}
      />
      <CountField
        label="Priority"
        description="1 is served first; a queue that has this priority moves down."
        placeholder="last"
        value={typed.priority}
        onChange={set("priority")}
        error={shown?.priority}
      />
    </>
  );
}

export function CreateQueue({ pool, onClose }: { pool: WorkPool; onClose: () => void }) {
  const create = useCommand(workQueues.create);
  const form = useQueueForm({ name: "", limit: "", priority: "" });
  const { name, limit, priority } = form.typed;
  const input = {
    pool: pool.name,
    name,
    ...(limit && { concurrency_limit: countOf(limit) }),
    ...(priority && { priority: countOf(priority) }),
  };
  return (
    <ConfirmDialog
      title={`New queue in ${pool.name}`}
      verb="Create queue"
      done={`Created queue ${name}`}
      {...(!form.isWrong && {
        command: queueCommands.create(pool.name, name, {
          limit: countOf(limit),
          priority: countOf(priority),
        }),
      })}
      act={async () => {
        form.setTried(true);
        if (!form.isWrong) await create.mutateAsync(input);
        return !form.isWrong;
      }}
      onClose={onClose}
    >
      <QueueFields form={form} />
    </ConfirmDialog>
  );
}

export function EditQueue({
  pool,
  queue,
  onClose,
}: {
  pool: WorkPool;
  queue: WorkQueue;
  onClose: () => void;
}) {
  const { client } = useApi();
  const update = useCommand(workQueues.update);
  const form = useQueueForm({
    name: queue.name,
    limit: String(queue.concurrency_limit ?? ""),
    priority: String(queue.priority),
  });
  const { name, limit, priority } = form.typed;
  const input = {
    pool: pool.name,
    current: queue.name,
    concurrency_limit: countOf(limit),
    ...(name !== queue.name && { name }),
    ...(Number(priority) !== queue.priority && { priority: countOf(priority) }),
  };
  const numbers = { limit: countOf(limit), priority: "priority" in input ? countOf(priority) : null };
  const plain = queueCommands.set(pool.name, queue.name, numbers);
  // The command neither renames nor takes a limit away.
  const isPlain = name === queue.name && (numbers.limit !== null || queue.concurrency_limit === null);
  return (
    <ConfirmDialog
      title={`Edit queue ${queue.name}`}
      description={`Of work pool ${pool.name}.`}
      verb="Save"
      done={`Saved queue ${name}`}
      {...(!form.isWrong && { command: isPlain ? plain : curlOf(client.baseUrl, workQueues.update, input) })}
      act={async () => {
        form.setTried(true);
        if (!form.isWrong) await update.mutateAsync(input);
        return !form.isWrong;
      }}
      onClose={onClose}
    >
      <QueueFields form={form} />
    </ConfirmDialog>
  );
}
