import { useQuery } from "@tanstack/react-query";
import { Suspense, useState } from "react";
import { type WorkPool, workPools } from "../../schema/work-pools.ts";
import { workers } from "../../schema/workers.ts";
import { query, useIsPraetor } from "../api.ts";
import { TabPanel, Tabs } from "../kit/controls/tabs.tsx";
import { lazyNamed } from "../kit/lazy-named.ts";
import { Empty } from "../kit/panel.tsx";
import { useParams } from "../kit/router.tsx";
import { SkeletonRows } from "../kit/skeleton.tsx";
import { NewestRuns } from "../lists/newest-runs.tsx";
import { oneOf, useAddress } from "../parts/address.ts";
import { DetailPage } from "../parts/detail-page.tsx";
import { usePoolChanges } from "../parts/live-limits.ts";
import { usePageTitle } from "../parts/page-title.ts";
import { Deployments } from "./deployments.tsx";
import { Header } from "./header.tsx";
import type { PoolAction } from "./pool-dialogs.tsx";
import { Queues } from "./queues.tsx";
import { Upcoming } from "./upcoming.tsx";
import { Workers } from "./workers.tsx";

const PoolDialog = lazyNamed(async () => (await import("./pool-dialogs.tsx")).PoolDialog);

const TemplateTab = lazyNamed(async () => (await import("./template-tab.tsx")).TemplateTab);

const tabs = ["runs", "upcoming", "deployments", "queues", "workers", "template"] as const;
const labels = {
  ...{ runs: "Runs", upcoming: "Upcoming", deployments: "Deployments" },
  ...{ queues: "Queues", workers: "Workers", template: "Job template" },
};
const defaults = { tab: tabs[0] } as const;

/** One work pool: how it stands, its runs, and what takes them up. */
export function Page() {
  const { name = "" } = useParams();
  const isPraetor = useIsPraetor();
  usePoolChanges(isPraetor);
  const meta = isPraetor ? { live: "patch" } : {};
  const source = useQuery({ ...query(workPools.read, { name }), meta });
  return (
    <DetailPage what="work pool" id={name} by="name" source={source}>
      {(pool) => <Loaded key={name} pool={pool} />}
    </DetailPage>
  );
}

function Loaded({ pool }: { pool: WorkPool }) {
  usePageTitle(`${pool.name} · Work pool`);
  const [search, change] = useAddress(defaults);
  const [action, setAction] = useState<PoolAction | undefined>();
  const meta = useIsPraetor() ? { live: "patch" } : {};
  const known = useQuery({ ...query(workers.filter, { pool: pool.name }), meta });
  return (
    <div className="flex h-full min-h-0 flex-col">
      <Header pool={pool} workers={known.data} onAction={setAction} />
      <Tabs
        label="Parts of the work pool"
        value={oneOf(tabs, search.get("tab"))}
        onChange={(tab) => change({ tab, queue: undefined })}
        tabs={tabs.map((value) => ({ value, label: labels[value] }))}
      >
        <TabPanel value="runs">
          <NewestRuns of={{ pool: pool.name }} q={`pool:"${pool.name}"`} empty={<NoRuns />} />
        </TabPanel>
        <TabPanel value="upcoming">
          <Upcoming pool={pool} />
        </TabPanel>
        <TabPanel value="deployments">
          <Deployments pool={pool} />
        </TabPanel>
        <TabPanel value="queues">
          <Queues pool={pool} target={search.get("queue") ?? undefined} onAction={setAction} />
        </TabPanel>
        <TabPanel value="workers">
          <Workers pool={pool} source={known} onAction={setAction} />
        </TabPanel>
        <TabPanel value="template">
          <Suspense fallback={<SkeletonRows rows={4} label="Loading the job template" />}>
            <TemplateTab pool={pool} />
          </Suspense>
        </TabPanel>
      </Tabs>
      <Suspense fallback={null}>
        {action && <PoolDialog action={action} onClose={() => setAction(undefined)} />}
      </Suspense>
    </div>
  );
}

const NoRuns = () => (
  <Empty title="No runs yet">
    Runs appear here when a worker takes up the first run of a deployment of this pool.
  </Empty>
);
