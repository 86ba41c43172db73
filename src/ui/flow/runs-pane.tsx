import { Suspense } from "react";
import type { Flow } from "../../schema/flows.ts";
import { TabPanel, Tabs } from "../kit/controls/tabs.tsx";
import { lazyNamed } from "../kit/lazy-named.ts";
import { Empty } from "../kit/panel.tsx";
import { SkeletonRows } from "../kit/skeleton.tsx";
import { NewestRuns } from "../lists/newest-runs.tsx";
import { oneOf, useAddress } from "../parts/address.ts";

const NewestTaskGrid = lazyNamed(async () => (await import("../parts/runs/task-grid.tsx")).NewestTaskGrid);
const Versions = lazyNamed(async () => (await import("../parts/runs/versions.tsx")).Versions);

const defaults = { tab: "runs" };

/** The runs of the flow: as a list, by task, and by version. */
export function RunsPane({ flow }: { flow: Flow }) {
  const [search, change] = useAddress(defaults);
  const tab = oneOf(["runs", "tasks", "versions"], search.get("tab"));
  const of = { flow: flow.id };
  const q = `flow:"${flow.name}"`;
  return (
    <section aria-label="Runs of the flow" className="flex min-h-0 min-w-0 flex-col">
      <Tabs
        label="Runs of the flow"
        value={tab}
        onChange={(next) => change({ tab: next })}
        tabs={[
          { value: "runs", label: "Runs" },
          { value: "tasks", label: "Tasks" },
          { value: "versions", label: "Versions" },
        ]}
      >
        <TabPanel value="runs">
          <NewestRuns
            {...{ of, q }}
            empty={<Empty title="Waiting for the first run">Runs appear here when they start.</Empty>}
          />
        </TabPanel>
        <Suspense fallback={<SkeletonRows rows={6} label="Loading" />}>
          <TabPanel value="tasks">
            <NewestTaskGrid of={of} />
          </TabPanel>
          <TabPanel value="versions">
            <Versions {...{ of, q }} />
          </TabPanel>
        </Suspense>
      </Tabs>
    </section>
  );
}
