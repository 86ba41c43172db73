import { type WorkPool, workPools } from "../../schema/work-pools.ts";
import { type WorkQueue, workQueues } from "../../schema/work-queues.ts";
import { type Worker, workers } from "../../schema/workers.ts";
import { useApi, useCommand } from "../api.ts";
import { poolCommands, queueCommands } from "../parts/actions/capacity-commands.ts";
import { ConfirmDialog } from "../parts/actions/confirm-dialog.tsx";
import { curlOf } from "../parts/actions/curl.ts";
import { CreatePool, EditPool } from "./pool-forms.tsx";
import { CreateQueue, EditQueue } from "./queue-forms.tsx";

/** What somebody wants to do with a pool or a part of it. */
export type PoolAction =
  | { kind: "create-pool" }
  | { kind: "edit-pool" | "delete-pool" | "create-queue"; pool: WorkPool }
  | { kind: "edit-queue" | "delete-queue"; pool: WorkPool; queue: WorkQueue }
  | { kind: "delete-worker"; pool: WorkPool; worker: Worker };

export function PoolDialog({ action, onClose }: { action: PoolAction; onClose: () => void }) {
  switch (action.kind) {
    case "create-pool":
      return <CreatePool onClose={onClose} />;
    case "edit-pool":
      return <EditPool pool={action.pool} onClose={onClose} />;
    case "delete-pool":
      return <DeletePool pool={action.pool} onClose={onClose} />;
    case "create-queue":
      return <CreateQueue pool={action.pool} onClose={onClose} />;
    case "edit-queue":
      return <EditQueue pool={action.pool} queue={action.queue} onClose={onClose} />;
    case "delete-queue":
      return <DeleteQueue pool={action.pool} queue={action.queue} onClose={onClose} />;
    case "delete-worker":
      return <ForgetWorker pool={action.pool} worker={action.worker} onClose={onClose} />;
  }
}

interface Props {
  pool: WorkPool;
  onClose: () => void;
}

function DeletePool({ pool, onClose }: Props) {
  const remove = useCommand(workPools.delete);
  const input = { name: pool.name };
  return (
    <ConfirmDialog
      title={`Delete work pool ${pool.name}`}
      description="Its queues and workers are deleted with it. Its deployments keep their runs, but no run starts until they are moved to another pool."
      verb="Delete pool"
      danger
      keep="Cancel"
      done={`Deleted work pool ${pool.name}`}
      command={poolCommands.delete(pool.name)}
      act={() => remove.mutateAsync(input)}
      onClose={onClose}
    />
  );
}

function DeleteQueue({ pool, queue, onClose }: Props & { queue: WorkQueue }) {
  const remove = useCommand(workQueues.delete);
  const input = { pool: pool.name, name: queue.name };
  return (
    <ConfirmDialog
      title={`Delete queue ${queue.name}`}
      description={`Runs waiting in this queue will not start. Work pool ${pool.name} keeps its other queues.`}
      verb="Delete queue"
      danger
      keep="Cancel"
      done={`Deleted queue ${queue.name}`}
      command={queueCommands.delete(pool.name, queue.name)}
      act={() => remove.mutateAsync(input)}
      onClose={onClose}
    />
  );
}

function ForgetWorker({ pool, worker, onClose }: Props & { worker: Worker }) {
  const { client } = useApi();
  const remove = useCommand(workers.delete);
  const input = { pool: pool.name, name: worker.name };
  return (
    <ConfirmDialog
      title={`Remove worker ${worker.name}`}
      description="The worker is removed from the list. If it is still running, it reappears with its next heartbeat."
      verb="Remove worker"
      keep="Cancel"
      done={`Removed worker ${worker.name}`}
      command={curlOf(client.baseUrl, workers.delete, input)}
      act={() => remove.mutateAsync(input)}
      onClose={onClose}
    />
  );
}
