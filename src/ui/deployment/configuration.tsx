import { useQuery } from "@tanstack/react-query";
import { Pencil } from "lucide-react";
import { type ReactNode, Suspense, useState } from "react";
import type { Deployment } from "../../schema/deployments.ts";
import { type SlotBoard, slots } from "../../schema/waiting.ts";
import { query, useIsPraetor } from "../api.ts";
import { Button } from "../kit/controls/button.tsx";
import { lazyNamed } from "../kit/lazy-named.ts";
import { Link } from "../kit/router.tsx";
import { Section } from "../kit/section.tsx";
import { useScopes } from "../live.ts";
import { Copy } from "../parts/actions/copy.tsx";
import { limitPath } from "../parts/capacity-path.ts";
import { JsonView } from "../parts/json-view.tsx";
import { flowPath, poolPath } from "../parts/paths.ts";
import { RunLink } from "../parts/runs/run-link.tsx";
import { StateIcon } from "../parts/runs/state-badge.tsx";
import { Time } from "../parts/time/time.tsx";

const EditJobVariables = lazyNamed(async () => (await import("./edit-job-variables.tsx")).EditJobVariables);

interface Props {
  deployment: Deployment;
  flow: string | undefined;
}

/** Where its code is, where it runs, and how many runs at a time. */
export function Configuration({ deployment, flow }: Props) {
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <Section title="Limit">
        <Limit deployment={deployment} />
      </Section>
      <Section title="Code">
        <Fact name="Entrypoint" text={deployment.entrypoint} />
        <Fact name="Path" text={deployment.path} />
        <Fact name="Version" text={deployment.version} />
        {deployment.pull_steps && deployment.pull_steps.length > 0 && (
          <Json name="Pull steps" value={deployment.pull_steps} />
        )}
      </Section>
      <Section title="Infrastructure">
        {deployment.work_pool_name ? (
          <>
            <Fact
              name="Work pool"
              text={deployment.work_pool_name}
              to={poolPath(deployment.work_pool_name)}
            />
            <Fact name="Work queue" text={deployment.work_queue_name} />
          </>
        ) : (
          <p className="text-muted">In the process that serves the deployment.</p>
        )}
        <Fact name="Last asked">
          <Time time={deployment.last_polled} />
        </Fact>
        <JobVariables deployment={deployment} />
      </Section>
      <Section title="IDs">
        <Fact name="Deployment" text={deployment.id} />
        <Fact name="Flow" text={deployment.flow_id} to={flowPath(deployment.flow_id)} label={flow} />
        <Fact name="Created">
          <Time time={deployment.created} />
        </Fact>
        <Fact name="Changed">
          <Time time={deployment.updated} />
        </Fact>
        {Object.keys(deployment.labels).length > 0 && <Json name="Labels" value={deployment.labels} />}
      </Section>
    </div>
  );
}

/** What the process of a run is started with, beside what its work pool says. */
function JobVariables({ deployment }: { deployment: Deployment }) {
  const [isEditing, setEditing] = useState(false);
  const isEmpty = Object.keys(deployment.job_variables).length === 0;
  return (
    <>
      {!isEmpty && <Json name="Job variables" value={deployment.job_variables} />}
      <div className="flex items-center gap-3 pt-1">
        <Button onClick={() => setEditing(true)}>
          <Pencil size={13} />
          Edit job variables
        </Button>
        {isEmpty && <span className="text-muted">None: defaults of the work pool</span>}
      </div>
      <Suspense fallback={null}>
        {isEditing && <EditJobVariables deployment={deployment} onClose={() => setEditing(false)} />}
      </Suspense>
    </>
  );
}

/** How much of it is in use, by whom, and who waits. */
function Limit({ deployment }: { deployment: Deployment }) {
  const limit = deployment.global_concurrency_limit;
  const isPraetor = useIsPraetor();
  useScopes(limit ? [{ noun: "concurrency-limits" }] : []);
  const boards = useQuery({
    ...query(slots.boards, { names: [limit?.name ?? ""] }),
    enabled: limit !== null && isPraetor,
  });
  if (!limit) return <p className="text-muted">No concurrency limit</p>;
  const board = boards.data?.[0];
  const used = board?.used ?? limit.active_slots;
  const isCancelling = deployment.concurrency_options?.collision_strategy === "CANCEL_NEW";
  return (
    <>
      <p className="flex flex-wrap items-baseline gap-x-3">
        <span className={used >= limit.limit ? "text-late" : ""}>
          {used} of {limit.limit} in use
        </span>
        <span className="text-muted">
          {isCancelling ? "When full, new runs are cancelled" : "When full, new runs wait"}
        </span>
        <Link to={limitPath(limit.name)} className="ml-auto text-accent hover:underline">
          Show in Capacity
        </Link>
      </p>
      {board && <Holders board={board} />}
    </>
  );
}

function Holders({ board }: { board: SlotBoard }) {
  const held = board.leases.flatMap(({ holder, since }) =>
    holder ? [{ run: holder, since, what: "holds a slot" }] : [],
  );
  const waiting = board.waiters.map(({ run, since }) => ({ run, since, what: "waits" }));
  return (
    <ul className="mt-1.5">
      {[...held, ...waiting].slice(0, 12).map(({ run, since, what }) => (
        <li key={`${what} ${run.id}`} className="flex h-7 items-center gap-2">
          <StateIcon type={run.state_type} name={run.state_name} title />
          <RunLink kind={run.kind} id={run.id} flowRunId={run.flow_run_id} className="min-w-0 flex-1">
            {run.name}
          </RunLink>
          <span className="text-muted">
            {what} <Time time={since} />
          </span>
        </li>
      ))}
    </ul>
  );
}

interface FactProps {
  name: string;
  text?: string | null;
  /** What is shown in place of the text, which is copied all the same. */
  label?: string | undefined;
  to?: string;
  children?: ReactNode;
}

function Fact({ name, text, label, to, children }: FactProps) {
  const shown = text ? (
    <code className="min-w-0 truncate">{label ?? text}</code>
  ) : (
    <span className="text-faint">–</span>
  );
  return (
    <div className="flex min-h-7 items-center gap-2">
      <span className="w-24 shrink-0 text-muted">{name}</span>
      {children ??
        (to && text ? (
          <Link to={to} className="min-w-0 truncate hover:underline">
            {shown}
          </Link>
        ) : (
          shown
        ))}
      {text && <Copy text={text} label={`Copy the ${name.toLowerCase()}`} />}
    </div>
  );
}

function Json({ name, value }: { name: string; value: unknown }) {
  return (
    <div className="py-1">
      <p className="mb-0.5 flex items-center gap-2 text-muted">
        {name}
        <Copy text={JSON.stringify(value, null, 2)} label={`Copy the ${name.toLowerCase()}`} />
      </p>
      <JsonView value={value} open={1} />
    </div>
  );
}
