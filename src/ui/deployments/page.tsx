import { useQuery } from "@tanstack/react-query";
import { useCallback, useRef } from "react";
import { deployments } from "../../schema/deployments.ts";
import { query } from "../api.ts";
import { Select } from "../kit/select.tsx";
import { useShortcuts } from "../kit/shortcuts.ts";
import { useScopes } from "../live.ts";
import { useFlowNames } from "../parts/flow-names.ts";
import { useLiveLimits } from "../parts/live-limits.ts";
import { PageHead } from "../parts/page-head.tsx";
import { usePageTitle } from "../parts/page-title.ts";
import { QueryBar } from "../parts/query-bar.tsx";
import { DeploymentTable } from "./deployment-table.tsx";
import { language } from "./query-language.ts";
import { vocabulary } from "./suggestions.ts";
import { useDeployments } from "./use-deployments.ts";
import { type Sort, useView } from "./view.ts";

/** All deployments: a query, and the list itself. */
export function Page() {
  const [view, change] = useView();
  usePageTitle(view.q ? `Deployments ${view.q}` : "Deployments");
  useScopes([{ noun: "deployments" }]);
  useLiveLimits();
  const loaded = useDeployments(view);
  const names = useFlowNames(loaded.rows.map((row) => row.flow_id));
  const total = useQuery(query(deployments.count, {}));
  const field = useRef<HTMLInputElement>(null);
  const setQuery = useCallback((q: string) => change({ q }), [change]);
  useShortcuts([{ keys: "/", label: "Filter", group: "Deployments", run: () => field.current?.focus() }]);
  const known = (of: (row: (typeof loaded.rows)[number]) => readonly (string | null)[]) =>
    [...new Set(loaded.rows.flatMap(of))].filter((name) => name !== null).toSorted();
  return (
    <>
      <PageHead title="Deployments">
        <Select
          label="Order"
          value={view.sort}
          onChange={(sort: Sort) => change({ sort })}
          options={[
            { value: "name", label: "Name" },
            { value: "next", label: "Next run" },
            { value: "changed", label: "Last changed" },
            { value: "newest", label: "Newest" },
          ]}
        />
      </PageHead>
      <QueryBar
        q={view.q}
        onChange={setQuery}
        what="deployments"
        example="flow:etl tag:prod paused:no"
        language={language}
        vocabulary={vocabulary({
          flows: names.all.map((flow) => flow.name),
          tags: known((row) => row.tags),
          pools: known((row) => [row.work_pool_name]),
          queues: known((row) => [row.work_queue_name]),
        })}
        input={field}
      />
      <DeploymentTable
        key={`${view.sort} ${view.q}`}
        loaded={loaded}
        total={total.data}
        view={view}
        flowName={names.nameOf}
        onQuery={setQuery}
      />
    </>
  );
}
