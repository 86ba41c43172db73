import { useQuery } from "@tanstack/react-query";
import type { WorkPool } from "../../schema/work-pools.ts";
import { type WorkQueue, workQueues } from "../../schema/work-queues.ts";
import { type Worker, workers } from "../../schema/workers.ts";
import { query, useApi, useCommand } from "../api.ts";
import { toast } from "../kit/overlays/toast.tsx";
import { useNavigate } from "../kit/router.tsx";
import { queueCommands } from "../parts/actions/capacity-commands.ts";
import { ConfirmDialog } from "../parts/actions/confirm-dialog.tsx";
import { curlOf } from "../parts/actions/curl.ts";
import { workPoolsPath } from "../parts/paths.ts";
import { targetOf } from "./pool-actions.ts";
import { PoolBlastRadius } from "./pool-blast-radius.tsx";
import { EditPool } from "./pool-forms.tsx";
import { CreateQueue, EditQueue } from "./queue-forms.tsx";

/** What is to be done with a pool or a part of it. */
export type PoolAction =
  | { kind: "edit-pool" | "delete-pool" | "create-queue"; pool: WorkPool }
  | { kind: "edit-queue" | "delete-queue"; pool: WorkPool; queue: WorkQueue }
  | { kind: "delete-worker"; pool: WorkPool; worker: Worker };

export function PoolDialog({ action, onClose }: { action: PoolAction; onClose: () => void }) {
  switch (action.kind) {
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
  const navigate = useNavigate();
  const queues = useQuery(query(workQueues.filterInPool, { pool: pool.name }));
  const known = useQuery(query(workers.filter, { pool: pool.name }));
  if (queues.isPending || known.isPending) return null;
  return (
    <PoolBlastRadius
      verb="delete"
      targets={[targetOf({ pool, queues: queues.data, workers: known.data })]}
      onClose={onClose}
      onDone={(ids) => {
        if (ids.length === 0) return;
        onClose();
        toast.done(`Deleted work pool ${pool.name}`);
        void navigate(workPoolsPath);
      }}
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
