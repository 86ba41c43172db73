import { Suspense } from "react";
import type { Deployment } from "../../schema/deployments.ts";
import { TabPanel, Tabs } from "../kit/controls/tabs.tsx";
import { lazyNamed } from "../kit/lazy-named.ts";
import { Empty } from "../kit/panel.tsx";
import { SkeletonRows } from "../kit/skeleton.tsx";
import { NewestRuns } from "../lists/newest-runs.tsx";
import { commands, fullName } from "../parts/actions/deployment-commands.ts";
import { Upcoming } from "./upcoming.tsx";
import type { UrlState } from "./url-state.ts";

const NewestTaskGrid = lazyNamed(async () => (await import("../parts/runs/task-grid.tsx")).NewestTaskGrid);
const Versions = lazyNamed(async () => (await import("../parts/runs/versions.tsx")).Versions);

interface Props {
  deployment: Deployment;
  flow: string | undefined;
  url: UrlState;
}

/** What it has done and what it is going to do. */
export function LeftPane({ deployment, flow, url }: Props) {
  const name = { flow: flow ?? "", name: deployment.name };
  const of = { deployment: deployment.id };
  const q = `deployment:"${flow ? fullName(name) : name.name}"`;
  return (
    <section aria-label="Runs of the deployment" className="flex min-h-0 min-w-0 flex-col">
      <Tabs
        label="Runs"
        value={url.tab}
        onChange={url.setTab}
        tabs={[
          { value: "runs", label: "Runs" },
          { value: "upcoming", label: "Upcoming" },
          { value: "tasks", label: "Tasks" },
          { value: "versions", label: "Versions" },
        ]}
      >
        <TabPanel value="runs">
          <NewestRuns
            {...{ of, q }}
            empty={
              <Empty title="No runs yet" code={commands.run(name)}>
                Run it now with the button above or the command below, or wait for its schedule.
              </Empty>
            }
          />
        </TabPanel>
        <TabPanel value="upcoming">
          <Upcoming deployment={deployment} flow={name.flow} />
        </TabPanel>
        <Suspense fallback={<SkeletonRows rows={6} label="Loading" />}>
          <TabPanel value="tasks">
            <NewestTaskGrid of={of} />
          </TabPanel>
          <TabPanel value="versions">
            <Versions {...{ of, q }} current={deployment.version} />
          </TabPanel>
        </Suspense>
      </Tabs>
    </section>
  );
}
