import { Suspense } from "react";
import type { Deployment } from "../../schema/deployments.ts";
import { TabPanel, Tabs } from "../kit/controls/tabs.tsx";
import { lazyNamed } from "../kit/lazy-named.ts";
import { SkeletonRows } from "../kit/skeleton.tsx";
import { Configuration } from "./configuration.tsx";
import { Schedules } from "./schedules.tsx";
import type { UrlState } from "./url-state.ts";

// The form is as large as the page, so it comes when it is looked at.
const Parameters = lazyNamed(async () => (await import("./parameters.tsx")).Parameters);
const Triggers = lazyNamed(async () => (await import("./triggers.tsx")).Triggers);

interface Props {
  deployment: Deployment;
  flow: string | undefined;
  url: UrlState;
}

/** What it is: when it runs, with what, and where. */
export function RightPane({ deployment, flow, url }: Props) {
  const count = deployment.schedules.length;
  return (
    <section aria-label="Settings of the deployment" className="flex min-h-0 min-w-0 flex-col">
      <Tabs
        label="Settings"
        value={url.side}
        onChange={url.setSide}
        tabs={[
          { value: "schedules", label: "Schedules", count: count || undefined },
          { value: "parameters", label: "Parameters" },
          { value: "configuration", label: "Configuration" },
          { value: "triggers", label: "Automations" },
        ]}
      >
        <TabPanel value="schedules">
          <Schedules deployment={deployment} />
        </TabPanel>
        <TabPanel value="parameters">
          <Suspense fallback={<SkeletonRows rows={4} label="Loading the parameters" />}>
            <Parameters key={JSON.stringify(deployment.parameters)} deployment={deployment} />
          </Suspense>
        </TabPanel>
        <TabPanel value="configuration">
          <Configuration deployment={deployment} flow={flow} />
        </TabPanel>
        <TabPanel value="triggers">
          <Suspense fallback={<SkeletonRows rows={3} label="Loading the automations" />}>
            <Triggers deployment={deployment} />
          </Suspense>
        </TabPanel>
      </Tabs>
    </section>
  );
}
