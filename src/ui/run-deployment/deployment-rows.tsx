import type { Deployment } from "../../schema/deployments.ts";
import { Link } from "../kit/router.tsx";
import { StatusBadge } from "../parts/deployment-status.tsx";
import { deploymentPath } from "../parts/paths.ts";
import { NextFire } from "../parts/time/next-fire.tsx";
import { ScheduleSummary } from "../parts/time/schedule-summary.tsx";
import { RunButton } from "./run-button.tsx";

interface Props {
  rows: readonly Deployment[];
  flowName: (id: string) => string | undefined;
  /** Said beside the name, where rows are of several flows or queues. */
  noteOf?: (row: Deployment) => string;
}

/** Deployments in the pane of a page about something else, each with a button that runs it. */
export function DeploymentRows({ rows, flowName, noteOf }: Props) {
  return (
    <ul className="border-t">
      {rows.map((row) => (
        <li key={row.id} className="relative border-b px-3 py-1.5 hover:bg-hover">
          <p className="flex items-center gap-3">
            <Link
              to={deploymentPath(row.id)}
              className="flex min-w-0 flex-1 items-baseline gap-2 font-strong outline-offset-2 after:absolute after:inset-0"
            >
              <span className="truncate">{row.name}</span>
              {noteOf && <span className="truncate font-normal text-muted">{noteOf(row)}</span>}
            </Link>
            <StatusBadge deployment={row} />
            <RunButton deployment={row} flow={flowName(row.flow_id)} />
          </p>
          <p className="flex items-center gap-3 text-muted">
            <span className="min-w-0 flex-1 truncate">
              <ScheduleSummary schedules={row.schedules} />
            </span>
            <NextFire deployment={row} />
          </p>
        </li>
      ))}
    </ul>
  );
}
