/** Operations on the rows of a noun, by the contract. */
export interface Noun {
  title: string;
  create: string;
  /** The keys of the path that name a row, from the row. */
  keys?: (row: Row) => Record<string, string>;
  read: string;
  update?: string;
  remove?: string;
  filter: string;
  /** A filter that finds these rows and no others; without it the rows are looked for among all. */
  by?: (ids: string[]) => object;
  count?: string;
  /** Written, but read back as something else. */
  unlike?: readonly string[];
  /** An update resets omitted keys. */
  isReplaced?: boolean;
}
export type Row = Record<string, unknown>;

const byName = ({ name }: Row) => ({ name: String(name) });
const byIds = (noun: string) => (ids: string[]) => ({ [noun]: { id: { any_: ids } } });

/** Those whose paths are all alike. */
const plain = (noun: string, more: Partial<Noun> = {}): Noun => ({
  title: noun,
  create: `POST /${noun}/`,
  read: `GET /${noun}/{id}`,
  update: `PATCH /${noun}/{id}`,
  remove: `DELETE /${noun}/{id}`,
  filter: `POST /${noun}/filter`,
  by: byIds(noun),
  count: `POST /${noun}/count`,
  ...more,
});

export const nouns: readonly Noun[] = [
  plain("flows"),
  plain("flow_runs", { unlike: ["state", "labels", "empirical_policy", "work_queue_name"] }),
  plain("task_runs", {
    // The kind of an input shows in its other key.
    unlike: ["state", "empirical_policy", "task_inputs"],
    by: (ids) => ({ task_runs: { id: { any_: ids }, flow_run_id: null } }),
  }),
  plain("deployments", {
    unlike: [
      "concurrency_limit",
      "global_concurrency_limit_id",
      "schedules",
      "labels",
      "version_info",
      "work_queue_name",
    ],
  }),
  plain("variables"),
  plain("artifacts", { unlike: ["metadata_"] }),
  plain("work_pools", {
    ...{ keys: byName, read: "GET /work_pools/{name}", update: "PATCH /work_pools/{name}" },
    ...{ remove: "DELETE /work_pools/{name}", by: byIds("work_pools"), unlike: ["storage_configuration"] },
  }),
  plain("work_queues", { count: undefined, unlike: ["priority"] }),
  plain("concurrency_limits", { update: undefined, count: undefined, by: undefined }),
  plain("v2/concurrency_limits", {
    ...{
      read: "GET /v2/concurrency_limits/{id_or_name}",
      update: "PATCH /v2/concurrency_limits/{id_or_name}",
    },
    ...{
      remove: "DELETE /v2/concurrency_limits/{id_or_name}",
      keys: ({ id }) => ({ id_or_name: String(id) }),
    },
    ...{ count: undefined, by: undefined, unlike: ["denied_slots", "active_slots"] },
  }),
  plain("block_types", { count: undefined, by: undefined }),
  plain("block_schemas", { count: undefined, update: undefined, unlike: ["fields"] }),
  plain("block_documents", { unlike: ["data", "block_schema_id"] }),
  plain("automations", {
    ...{ update: "PUT /automations/{id}", count: undefined, by: undefined, isReplaced: true },
    unlike: ["trigger", "actions", "actions_on_trigger", "actions_on_resolve", "owner_resource"],
  }),
  plain("saved_searches", {
    ...{ create: "PUT /saved_searches/", update: undefined, count: undefined, by: undefined },
  }),
];
