import type { Deployment } from "../../schema/deployments.ts";
import { cx } from "../kit/cx.ts";
import { StateIcon } from "./runs/state-badge.tsx";

type Served = Pick<Deployment, "paused" | "status" | "work_pool_name" | "last_polled">;

export type DeploymentStatus = "ready" | "not-served" | "paused";

/** Whether runs of a deployment are made and taken up. */
export const statusOf = ({ paused, status }: Pick<Served, "paused" | "status">): DeploymentStatus =>
  paused ? "paused" : status === "READY" ? "ready" : "not-served";

/** What is missing depends on who takes up its runs: the workers of a pool, or a process that serves it. */
export const statusWords = (deployment: Served): string => {
  const status = statusOf(deployment);
  if (status === "paused") return "Paused";
  if (status === "ready") return "Ready";
  return deployment.work_pool_name ? "No worker" : "Not served";
};

/** Sign and word; the shapes are those of states that mean the same for a run. */
export function StatusBadge({ deployment, className }: { deployment: Served; className?: string }) {
  const status = statusOf(deployment);
  return (
    <span className={cx("inline-flex min-w-0 items-center gap-1.5", className)}>
      <StatusIcon status={status} />
      <span className={cx("truncate", looks[status])}>{statusWords(deployment)}</span>
    </span>
  );
}

const looks = { ready: "text-muted", "not-served": "text-late", paused: "text-paused" } as const;

export function StatusIcon({ status, size = 14 }: { status: DeploymentStatus; size?: number }) {
  if (status === "paused") return <StateIcon type="PAUSED" size={size} />;
  if (status === "not-served") return <StateIcon type="SCHEDULED" name="Late" size={size} />;
  return (
    <svg width={size} height={size} viewBox="0 0 16 16" aria-hidden="true" className="shrink-0">
      <circle cx="8" cy="8" r="4" className="fill-completed" />
    </svg>
  );
}
