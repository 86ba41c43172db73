import type { Deployment } from "../../schema/deployments.ts";
import type { Flow } from "../../schema/flows.ts";
import { Empty, Panel, type PanelSource } from "../kit/panel.tsx";
import { SkeletonRows } from "../kit/skeleton.tsx";
import { Zone } from "../parts/time/time.tsx";
import { DeploymentRows } from "../run-deployment/deployment-rows.tsx";

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
      {(rows) => <DeploymentRows rows={rows} flowName={() => flow.name} />}
    </Panel>
  );
}

/** A name that could stand in code for the flow. */
const variableName = (name: string): string =>
  name
    .replace(/[^\w]+(\w)?/g, (_, next: string | undefined) => next?.toUpperCase() ?? "")
    .replace(/^(\d)/, "_$1") || "myFlow";
