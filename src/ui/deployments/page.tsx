import { useQuery } from "@tanstack/react-query";
import { deployments } from "../../schema/deployments.ts";
import { query } from "../api.ts";
import { ListPage } from "../lists/list-page.tsx";
import { useListView } from "../lists/list-view.ts";
import { useScopes } from "../live.ts";
import { useFlowNames } from "../parts/flow-names.ts";
import { useLiveLimits } from "../parts/live-limits.ts";
import { DeploymentTable } from "./deployment-table.tsx";
import { language } from "./query-language.ts";
import { vocabulary } from "./suggestions.ts";
import { useDeployments } from "./use-deployments.ts";
import { sorts } from "./view.ts";

/** All deployments: a query, and the list itself. */
export function Page() {
  const [view, change] = useListView(sorts);
  useScopes([{ noun: "deployments" }]);
  useLiveLimits();
  const loaded = useDeployments(view);
  const names = useFlowNames(loaded.rows.map((row) => row.flow_id));
  const total = useQuery(query(deployments.count, {}));
  const known = (of: (row: (typeof loaded.rows)[number]) => readonly (string | null)[]) =>
    [...new Set(loaded.rows.flatMap(of))].filter((name) => name !== null).toSorted();
  return (
    <ListPage
      title="Deployments"
      view={view}
      change={change}
      sorts={sorts}
      example="flow:etl tag:prod paused:no"
      language={language}
      vocabulary={vocabulary({
        flows: names.all.map((flow) => flow.name),
        tags: known((row) => row.tags),
        pools: known((row) => [row.work_pool_name]),
        queues: known((row) => [row.work_queue_name]),
      })}
    >
      {(onQuery) => (
        <DeploymentTable
          key={`${view.sort} ${view.q}`}
          loaded={loaded}
          total={total.data}
          view={view}
          flowName={names.nameOf}
          onQuery={onQuery}
          onSort={(sort) => change({ sort })}
        />
      )}
    </ListPage>
  );
}
