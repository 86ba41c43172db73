import { z } from "zod";
import { relatedFilters } from "./filters.ts";
import { routes } from "./route.ts";
import { byId, optional, withDefault } from "./scalars.ts";
import { StateCreate, StateType } from "./states.ts";

// Rows selected by a filter at one moment, and a verb applied to all of them. Praetor only.

/** Bulk verbs, by noun. */
export const bulkVerbs = {
  "flow-runs": ["cancel", "pause", "resume", "retry", "set_state", "add_tags", "delete"],
  "task-runs": ["set_state", "delete"],
  deployments: ["run", "pause", "resume", "add_tags", "delete"],
} as const;
export const BulkVerb = z.enum([...bulkVerbs["flow-runs"], "run"]);
export type BulkVerb = z.infer<typeof BulkVerb>;
export const SelectionNoun = z.enum(["flow-runs", "task-runs", "deployments"]);
export type SelectionNoun = z.infer<typeof SelectionNoun>;

/** Rows that one selection holds at most. */
export const maxSelected = 100_000;
/** Tags that are added at once. */
const maxTags = 50;

/** Arguments of a verb. */
export const verbInput = {
  /** For `set_state`. */
  state: optional(StateCreate),
  /** For `set_state`: past the rules of the server. */
  force: withDefault(z.boolean(), () => false),
  /** For `add_tags`. */
  tags: withDefault(z.array(z.string().min(1).max(1000)).max(maxTags), () => []),
};

const Sample = z.object({ id: z.string(), name: z.string() });
/** Skipped rows, for one reason. */
const Refused = z.object({ reason: z.string(), count: z.int(), samples: z.array(Sample) });

export const SelectionProgress = z.object({
  /** Null until a verb has begun. */
  verb: BulkVerb.nullable(),
  done: z.int(),
  /** Skipped rows: their state did not allow the verb, or they were deleted. */
  refused: z.int(),
  remaining: z.int(),
  /** The most frequent first. */
  refusals: z.array(Refused),
  ended: z.string().nullable(),
});
export type SelectionProgress = z.infer<typeof SelectionProgress>;

export const Selection = z.object({
  /** The token. */
  id: z.string(),
  created: z.string(),
  /** An hour after it was last used. */
  expires: z.string(),
  noun: SelectionNoun,
  count: z.int(),
  /** False when more matched than a selection holds: `count` is then "at least", and the rest is not touched. */
  is_whole: z.boolean(),
  samples: z.array(Sample),
  /** Current states of the flow runs or task runs. */
  states: z.array(
    z.object({ state_type: StateType.nullable(), state_name: z.string().nullable(), count: z.int() }),
  ),
  /** The flows that most of them belong to. */
  flows: z.array(z.object({ id: z.string(), name: z.string(), count: z.int() })),
  progress: SelectionProgress,
});
export type Selection = z.infer<typeof Selection>;

/** The effect that a verb would have on a selection now. */
export const SelectionPreview = z.object({
  /** Rows that it would be done to. */
  count: z.int(),
  samples: z.array(Sample),
  /** Of the runs among them. */
  states: Selection.shape.states,
  /** The flows that most of them belong to. */
  flows: Selection.shape.flows,
  /** Rows to be skipped, most frequent reason first. */
  left_out: z.array(Refused),
});
export type SelectionPreview = z.infer<typeof SelectionPreview>;

export const selections = routes("selections", {
  create: {
    method: "POST",
    path: "/praetor/selections",
    input: z.strictObject({ noun: Selection.shape.noun, ...relatedFilters }),
    output: Selection,
    status: 201,
  },
  read: { method: "GET", path: "/praetor/selections/:id", input: byId, output: Selection },
  preview: {
    method: "GET",
    path: "/praetor/selections/:id/:verb",
    input: byId.extend({ verb: BulkVerb }),
    output: SelectionPreview,
  },
  /** Continues for one portion: to be called until nothing remains. */
  apply: {
    method: "POST",
    path: "/praetor/selections/:id/:verb",
    input: byId.extend({
      verb: BulkVerb,
      ...verbInput,
      limit: withDefault(z.int().min(1).max(1000), () => 200),
    }),
    output: SelectionProgress,
  },
});
