import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo, useRef } from "react";
import { type Flow, flows } from "../../schema/flows.ts";
import { query } from "../api.ts";
import { Select } from "../kit/select.tsx";
import { useShortcuts } from "../kit/shortcuts.ts";
import { useScopes } from "../live.ts";
import { PageHead } from "../parts/page-head.tsx";
import { usePageTitle } from "../parts/page-title.ts";
import { QueryBar } from "../parts/query-bar.tsx";
import { usePages } from "../parts/use-pages.ts";
import { FlowTable } from "./flow-table.tsx";
import { language, mean } from "./query-language.ts";
import { useDeploymentsOf } from "./use-deployments-of.ts";
import { type Sort, useView, type View } from "./view.ts";

/** All flows: a query, and the list itself. */
export function Page() {
  const [view, change] = useView();
  usePageTitle(view.q ? `Flows ${view.q}` : "Flows");
  useScopes([{ noun: "deployments" }]);
  const loaded = useFlows(view);
  const total = useQuery(query(flows.count, {}));
  const deploymentsOf = useDeploymentsOf(loaded.rows);
  const field = useRef<HTMLInputElement>(null);
  const setQuery = useCallback((q: string) => change({ q }), [change]);
  useShortcuts([{ keys: "/", label: "Filter", group: "Flows", run: () => field.current?.focus() }]);
  return (
    <>
      <PageHead title="Flows">
        <Select
          label="Order"
          value={view.sort}
          onChange={(sort: Sort) => change({ sort })}
          options={[
            { value: "name", label: "Name" },
            { value: "changed", label: "Last changed" },
            { value: "newest", label: "Newest" },
          ]}
        />
      </PageHead>
      <QueryBar
        q={view.q}
        onChange={setQuery}
        what="flows"
        example="etl tag:prod deployed:yes"
        language={language}
        vocabulary={{
          keys: language.keys,
          starters: [{ text: "deployed:yes", hint: "has a deployment" }],
          choices: {
            tag: {
              list: [...new Set(loaded.rows.flatMap((row) => row.tags)), "none"].toSorted(),
              hint: "tag",
            },
            deployed: { list: ["yes", "no"], hint: "has a deployment" },
          },
          guesses: () => [],
          plain: "in the flow's name",
        }}
        input={field}
      />
      <FlowTable
        key={`${view.sort} ${view.q}`}
        loaded={loaded}
        total={total.data}
        deploymentsOf={deploymentsOf}
        view={view}
        onQuery={setQuery}
      />
    </>
  );
}

const wireSort = {
  name: "NAME_ASC",
  changed: "UPDATED_DESC",
  newest: "CREATED_DESC",
} as const satisfies Record<Sort, string>;

function useFlows({ q, sort }: View) {
  const input = useMemo(() => ({ ...mean(q), sort: wireSort[sort] }), [q, sort]);
  return usePages<Flow>({
    noun: "flows",
    input,
    read: (client, page, signal) => client.call(flows.filter, { ...input, ...page }, { signal }),
  });
}
