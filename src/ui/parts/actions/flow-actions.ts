import { flows } from "../../../schema/flows.ts";
import type { Action } from "./blast-radius.tsx";
import { curlOf } from "./curl.ts";

/** What an action needs to know of a flow. */
export interface FlowTarget {
  id: string;
  name: string;
}

/** Commands that are written out for many. */
const mostCommands = 5;

export const deleteFlows = (baseUrl: string): Action<FlowTarget> => ({
  of: { one: "flow", many: "flows", noun: "flows" },
  verb: "Delete",
  deletes: true,
  done: "Deleted",
  danger: true,
  consequence:
    "Flows are deleted permanently, with their deployments, their schedules, and all of their runs with logs and task runs.",
  objection: () => undefined,
  perform: async (client, { id }) => {
    await client.call(flows.delete, { id });
    return undefined;
  },
  command: (targets) =>
    [
      ...targets.slice(0, mostCommands).map(({ id }) => curlOf(baseUrl, flows.delete, { id })),
      ...(targets.length > mostCommands ? [`# and ${targets.length - mostCommands} more`] : []),
    ].join("\n"),
});
