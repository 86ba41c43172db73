import type { Deployment } from "../../schema/deployments.ts";
import { TabPanel, Tabs } from "../kit/controls/tabs.tsx";
import { Empty } from "../kit/panel.tsx";
import { NewestRuns } from "../lists/newest-runs.tsx";
import { commands, fullName } from "../parts/actions/deployment-commands.ts";
import { Upcoming } from "./upcoming.tsx";
import type { UrlState } from "./url-state.ts";

interface Props {
  deployment: Deployment;
  flow: string | undefined;
  url: UrlState;
}

/** What it has done and what it is going to do. */
export function LeftPane({ deployment, flow, url }: Props) {
  const name = { flow: flow ?? "", name: deployment.name };
  return (
    <section aria-label="Runs of the deployment" className="flex min-h-0 min-w-0 flex-col">
      <Tabs
        label="Runs"
        value={url.tab}
        onChange={url.setTab}
        tabs={[
          { value: "runs", label: "Runs" },
          { value: "upcoming", label: "Upcoming" },
        ]}
      >
        <TabPanel value="runs">
          <NewestRuns
            of={{ deployment: deployment.id }}
            q={`deployment:"${flow ? fullName(name) : name.name}"`}
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
      </Tabs>
    </section>
  );
}
