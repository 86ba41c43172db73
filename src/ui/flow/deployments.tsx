import { Link } from "react-router";
import type { Deployment } from "../../schema/deployments.ts";
import type { Flow } from "../../schema/flows.ts";
import { Empty, Panel, type PanelSource } from "../kit/panel.tsx";
import { SkeletonRows } from "../kit/skeleton.tsx";
import { StatusBadge } from "../parts/deployment-status.tsx";
import { deploymentPath } from "../parts/paths.ts";
import { NextFire } from "../parts/time/next-fire.tsx";
import { ScheduleSummary } from "../parts/time/schedule-summary.tsx";
import { Zone } from "../parts/time/time.tsx";
import { RunButton } from "../run-deployment/run-button.tsx";

interface Props {
  flow: Flow;
  source: PanelSource<readonly Deployment[]>;
}

/** How the flow is deployed, and when each of these fires next. */
export function Deployments({ flow, source }: Props) {
  return (
    <Panel
      title="Deployments"
      what="Deployments"
      className="lg:overflow-y-auto"
      source={source}
      skeleton={<SkeletonRows rows={3} label="Loading deployments" />}
      isEmpty={(rows) => rows.length === 0}
      empty={
        <div className="border-t">
          <Empty
            title="Not deployed"
            code={`await ${variableName(flow.name)}.serve({\n  name: "nightly",\n  cron: "0 2 * * *",\n});`}
          >
            The flow runs only when a script calls it. Serve it to run it on a schedule or on demand.
          </Empty>
        </div>
      }
      actions={
        <span className="text-xs text-muted">
          Times in <Zone />
        </span>
      }
    >
      {(rows) => (
        <ul className="border-t">
          {rows.map((row) => (
            <li key={row.id} className="relative border-b px-3 py-1.5 hover:bg-hover">
              <p className="flex items-center gap-3">
                <Link
                  to={deploymentPath(row.id)}
                  className="min-w-0 flex-1 truncate font-strong outline-offset-2 after:absolute after:inset-0"
                >
                  {row.name}
                </Link>
                <StatusBadge deployment={row} />
                <RunButton deployment={row} flow={flow.name} />
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
      )}
    </Panel>
  );
}

/** A name that could stand in code for the flow. */
const variableName = (name: string): string =>
  name
    .replace(/[^\w]+(\w)?/g, (_, next: string | undefined) => next?.toUpperCase() ?? "")
    .replace(/^(\d)/, "_$1") || "myFlow";
