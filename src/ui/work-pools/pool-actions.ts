import type { Client } from "../../client/client.ts";
import { workPools } from "../../schema/work-pools.ts";
import type { Action } from "../parts/actions/blast-radius.tsx";
import { poolCommands } from "../parts/actions/capacity-commands.ts";
import type { PoolRow } from "./use-pools.ts";

/** What an action needs to know of a pool. */
export interface PoolTarget {
  id: string;
  name: string;
  isPaused: boolean;
  /** Undefined until known. */
  queues: number | undefined;
  /** Workers that are online; undefined where that is not known. */
  workers: number | undefined;
}

export type PoolVerb = "pause" | "resume" | "delete";

const of = { one: "work pool", many: "work pools", noun: "work-pools" } as const;

/** What can be done to pools from their list and from their own page. */
export const poolActions: Record<PoolVerb, Action<PoolTarget>> = {
  pause: {
    ...{ of, verb: "Pause", done: "Paused", danger: false },
    consequence: "Workers get no more runs of a paused pool. Running runs continue.",
    objection: ({ isPaused }) => (isPaused ? "already paused" : undefined),
    perform: (client, { name }) => setPaused(client, name, true),
    command: poolCommands.pause,
  },
  resume: {
    ...{ of, verb: "Resume", done: "Resumed", danger: false },
    consequence: "Workers get runs of the pool again, including those that waited.",
    objection: ({ isPaused }) => (isPaused ? undefined : "not paused"),
    perform: (client, { name }) => setPaused(client, name, false),
    command: poolCommands.resume,
  },
  delete: {
    ...{ of, verb: "Delete", done: "Deleted", danger: true, deletes: true },
    consequence:
      "The pool, its queues and its workers are deleted permanently. Deployments keep their runs, but no run starts until the deployment is moved to another pool.",
    objection: () => undefined,
    perform: async (client, { name }) => {
      await client.call(workPools.delete, { name });
      return undefined;
    },
    command: poolCommands.delete,
  },
};

async function setPaused(client: Client, name: string, is_paused: boolean): Promise<undefined> {
  await client.call(workPools.update, { name, is_paused });
  return undefined;
}

export const targetOf = ({ pool, queues, workers }: Omit<PoolRow, "id" | "name">): PoolTarget => ({
  ...{ id: pool.id, name: pool.name, isPaused: pool.is_paused, queues: queues?.length },
  workers: workers?.filter(({ status }) => status === "ONLINE").length,
});
