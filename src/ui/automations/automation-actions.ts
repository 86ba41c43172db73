import type { Client } from "../../client/client.ts";
import { type Automation, automations } from "../../schema/automations.ts";
import type { Action } from "../parts/actions/blast-radius.tsx";
import { quoted } from "../parts/actions/curl.ts";

export type AutomationTarget = Pick<Automation, "id" | "name" | "enabled">;

const of = { one: "automation", many: "automations", noun: "automations" } as const;
const command = (verb: string) => (targets: readonly AutomationTarget[]) =>
  targets.map(({ name }) => `praetor automation ${verb} ${quoted(name)}`).join(" && ");

/** What can be done to automations from their list and from their own page. */
export const automationActions = {
  pause: {
    ...{ of, verb: "Pause", done: "Paused", danger: false },
    consequence: "Paused automations ignore events, and what was counted so far is reset.",
    objection: ({ enabled }) => (enabled ? undefined : "already paused"),
    perform: (client, { id }) => setEnabled(client, id, false),
    command: command("pause"),
  },
  resume: {
    ...{ of, verb: "Resume", done: "Resumed", danger: false },
    consequence: "Resumed automations react to events from now on; missed events are not caught up.",
    objection: ({ enabled }) => (enabled ? "not paused" : undefined),
    perform: (client, { id }) => setEnabled(client, id, true),
    command: command("resume"),
  },
  delete: {
    ...{ of, verb: "Delete", done: "Deleted", danger: true, deletes: true },
    consequence: "Automations are deleted permanently. Events about their firings are kept.",
    objection: () => undefined,
    perform: async (client, { id }) => {
      await client.call(automations.delete, { id });
      return undefined;
    },
    command: command("delete"),
  },
} as const satisfies Record<string, Action<AutomationTarget>>;

async function setEnabled(client: Client, id: string, enabled: boolean): Promise<undefined> {
  await client.call(automations.setEnabled, { id, enabled });
  return undefined;
}
