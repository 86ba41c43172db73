import { z } from "zod";
import { Uuid } from "./scalars.ts";

/** One committed change of one row. `row` is the whole row as its read route answers it; null when deleted. */
export const Change = z.object({
  seq: z.int(),
  noun: z.string(),
  kind: z.enum(["created", "updated", "deleted"]),
  id: z.string(),
  row: z.record(z.string(), z.unknown()).nullable(),
});
export type Change = z.infer<typeof Change>;

/**
 * Nouns whose rows are sent as they change: those of the change log. `errors` are the events `praetor.error`; `logs` and
 * `errors` are only ever created.
 */
export const liveNouns = [
  "flows",
  "flow-runs",
  "task-runs",
  "logs",
  "errors",
  "artifacts",
  "variables",
  "block-documents",
  "deployments",
  "concurrency-limits",
  "work-pools",
  "work-queues",
  "workers",
  "failures",
  "automations",
] as const;
export type LiveNoun = (typeof liveNouns)[number];

/** What a subscription covers: a noun as a whole, or its rows of one flow run. */
export const Scope = z.strictObject({
  noun: z.enum(liveNouns),
  flow_run_id: Uuid.optional(),
});
export type Scope = z.infer<typeof Scope>;

/** Client to server, after the handshake. May be sent again at any time to change the scopes. */
export const Subscribe = z.strictObject({
  type: z.literal("subscribe"),
  scopes: z.array(Scope),
  /** The last seq applied; null starts from now. */
  since: z.int().nullable(),
});
export type Subscribe = z.infer<typeof Subscribe>;

/** Server to client. `reset`: missed changes are no longer known, so reload everything. */
export const LiveFrame = z.discriminatedUnion("type", [
  z.object({ type: z.literal("changes"), seq: z.int(), changes: z.array(Change) }),
  z.object({ type: z.literal("reset"), seq: z.int() }),
]);
export type LiveFrame = z.infer<typeof LiveFrame>;

/** Path of the live channel below the API's base. */
export const livePath = "/praetor/live";

/** In `/events/in`, a server that offers this in `auth_success` takes lists of events and acknowledges each frame. */
export const BatchFrame = z.object({ type: z.literal("events"), seq: z.int(), events: z.array(z.unknown()) });
/** In `/events/in`, server to client: these attempts have lost their runs, and further events of theirs are refused. */
export const GivenUp = z.object({ type: z.literal("given-up"), tokens: z.array(z.string()) });
export type GivenUp = z.infer<typeof GivenUp>;
export const BatchAck = z.object({ type: z.literal("ack"), seq: z.int() });
