import { quoted } from "./curl.ts";

const decayOf = (decay: number | undefined): string => (decay === undefined ? "" : ` --decay ${decay}`);

/** By the full name of a limit, with `tag:` where it is one of a tag. */
export const limitCommands = {
  create: (name: string, limit: number, decay?: number) =>
    `praetor concurrency-limit create ${quoted(name)} ${limit}${decayOf(decay)}`,
  update: (name: string, limit: number, decay?: number) =>
    `praetor concurrency-limit update ${quoted(name)} --limit ${limit}${decayOf(decay)}`,
  activate: (name: string, active: boolean) =>
    `praetor concurrency-limit update ${quoted(name)} --${active ? "enable" : "disable"}`,
  reset: (name: string) => `praetor concurrency-limit reset ${quoted(name)}`,
  delete: (name: string) => `praetor concurrency-limit delete ${quoted(name)}`,
} as const;

export const poolCommands = {
  create: (name: string, { limit, description }: { limit: number | null; description: string }) =>
    `praetor work-pool create ${quoted(name)}${limit === null ? "" : ` --limit ${limit}`}${description && ` --description ${quoted(description)}`}`,
  setLimit: (name: string, limit: number | null) =>
    `praetor work-pool set-limit ${quoted(name)}${limit === null ? "" : ` ${limit}`}`,
  pause: (pools: readonly Named[]) => eachPool("pause", pools),
  resume: (pools: readonly Named[]) => eachPool("resume", pools),
  delete: (pools: readonly Named[]) => eachPool("delete", pools),
} as const;

interface Named {
  name: string;
}
const eachPool = (verb: string, pools: readonly Named[]): string =>
  pools.map(({ name }) => `praetor work-pool ${verb} ${quoted(name)}`).join(" && ");

interface QueueNumbers {
  limit: number | null;
  priority: number | null;
}
const numbersOf = ({ limit, priority }: QueueNumbers): string =>
  `${limit === null ? "" : ` --limit ${limit}`}${priority === null ? "" : ` --priority ${priority}`}`;

export const queueCommands = {
  create: (pool: string, name: string, numbers: QueueNumbers) =>
    `praetor work-queue create ${quoted(name)} --pool ${quoted(pool)}${numbersOf(numbers)}`,
  set: (pool: string, name: string, numbers: QueueNumbers) =>
    `praetor work-queue set ${quoted(name)} --pool ${quoted(pool)}${numbersOf(numbers)}`,
  delete: (pool: string, name: string) => `praetor work-queue delete ${quoted(name)} --pool ${quoted(pool)}`,
} as const;
