import { Play } from "lucide-react";
import { type ReactNode, Suspense, useState } from "react";
import type { FlowRun } from "../../schema/flow-runs.ts";
import type { Gate } from "../../schema/waiting.ts";
import { workPools } from "../../schema/work-pools.ts";
import { workQueues } from "../../schema/work-queues.ts";
import { useCommand } from "../api.ts";
import { Button } from "../kit/controls/button.tsx";
import { lazyNamed } from "../kit/lazy-named.ts";
import { toast } from "../kit/overlays/toast.tsx";
import { Link } from "../kit/router.tsx";
import { CliCommand } from "../parts/actions/copy.tsx";
import { startWorker } from "../parts/actions/curl.ts";
import { limitPath } from "../parts/capacity-path.ts";
import type { FullGate } from "./raise-dialog.tsx";

const RaiseDialog = lazyNamed(async () => (await import("./raise-dialog.tsx")).RaiseDialog);
const Resume = lazyNamed(async () => (await import("./resume.tsx")).Resume);

/** What would take this one thing out of the way; `run` where it is of one run alone. */
export function GateFix({ gate, run }: { gate: Gate; run?: FlowRun }): ReactNode {
  switch (gate.kind) {
    case "pool-paused":
      return <ResumePool pool={gate.pool} />;
    case "queue-paused":
      return <ResumeQueue pool={gate.pool} queue={gate.queue} />;
    case "pool-limit":
    case "queue-limit":
    case "deployment-limit":
    case "limit":
      return <Raise gate={gate} />;
    case "no-worker":
      return (
        <span className="w-full max-w-[380px] min-w-0">
          <CliCommand command={startWorker(gate.pool)} />
        </span>
      );
    case "not-served":
      return (
        <Link className={fixLink} to={`/deployments/${gate.deployment_id}`}>
          Open the deployment
        </Link>
      );
    case "paused":
      return run ? <ResumeRun run={run} /> : null;
    default:
      return null;
  }
}

export const fixLink =
  "inline-flex h-7 items-center rounded-md border border-line-strong bg-surface px-2.5 font-strong hover:bg-hover";

function ResumePool({ pool }: { pool: string }) {
  const update = useCommand(workPools.update);
  const what = `Work pool ${pool}`;
  return (
    <ResumeButton
      label="Resume the pool"
      isBusy={update.isPending}
      onPress={() => update.mutate({ name: pool, is_paused: false }, resumeToasts(what))}
    />
  );
}

function ResumeQueue({ pool, queue }: { pool: string; queue: string }) {
  const update = useCommand(workQueues.update);
  const what = `Queue ${queue}`;
  return (
    <ResumeButton
      label="Resume the queue"
      isBusy={update.isPending}
      onPress={() => update.mutate({ pool, current: queue, is_paused: false }, resumeToasts(what))}
    />
  );
}

const resumeToasts = (what: string) => ({
  onSuccess: () => toast.done(`${what} is resumed`),
  onError: (error: Error) => toast.failed(`${what} could not be resumed`, error),
});

function ResumeButton({ label, isBusy, onPress }: { label: string; isBusy: boolean; onPress: () => void }) {
  return (
    <Button disabled={isBusy} onClick={onPress}>
      <Play size={12} />
      {label}
    </Button>
  );
}

function ResumeRun({ run }: { run: FlowRun }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <ResumeButton label="Resume the run" isBusy={false} onPress={() => setOpen(true)} />
      <Suspense fallback={null}>{isOpen && <Resume run={run} onClose={() => setOpen(false)} />}</Suspense>
    </>
  );
}

function Raise({ gate }: { gate: FullGate }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <span className="flex gap-1.5">
      <Button onClick={() => setOpen(true)}>Raise the limit</Button>
      {(gate.kind === "deployment-limit" || gate.kind === "limit") && (
        <Link
          className={fixLink}
          to={limitPath(gate.kind === "limit" ? gate.name : `deployment:${gate.deployment_id}`)}
        >
          Release a slot
        </Link>
      )}
      <Suspense fallback={null}>
        {isOpen && <RaiseDialog gate={gate} onClose={() => setOpen(false)} />}
      </Suspense>
    </span>
  );
}
