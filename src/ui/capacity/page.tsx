import { TabPanel, Tabs } from "../kit/controls/tabs.tsx";
import { usePageTitle } from "../parts/page-title.ts";
import { Limits } from "./limits.tsx";
import { Pools } from "./pools.tsx";
import { useView } from "./view.ts";

/** What runs may take at once, who has it, and who waits for it. */
export function Page() {
  const [view, change] = useView();
  usePageTitle(view.tab === "limits" ? "Limits" : "Pools and queues");
  return (
    <Tabs
      label="Kinds of capacity"
      value={view.tab}
      onChange={(tab) => change({ tab, find: "" })}
      lead={<h1 className="text-md font-strong">Capacity</h1>}
      tabs={[
        { value: "limits", label: "Limits" },
        { value: "pools", label: "Pools and queues" },
      ]}
    >
      <TabPanel value="limits">
        <Limits view={view} onView={change} />
      </TabPanel>
      <TabPanel value="pools">
        <Pools view={view} onView={change} />
      </TabPanel>
    </Tabs>
  );
}
