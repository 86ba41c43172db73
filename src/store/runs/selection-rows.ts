import type { BulkVerb, Selection } from "../../schema/selections.ts";
import type { StateType } from "../../schema/states.ts";

/** A selection as the bulk operation that works on it reads it. */
export interface OpenSelection {
  id: string;
  noun: Selection["noun"];
  filter: unknown;
  count: number;
  verb: BulkVerb | null;
  /** Parameters of the verb, as JSON. */
  state: string | null;
  ended: string | null;
}

/** A row of a selection. */
export interface Chosen {
  place: number;
  row_id: string;
  /** Of a run, when it was chosen. */
  state_id: string | null;
}

/** What decides whether a verb applies to a row of a selection, from its current state. */
export interface ChosenKind {
  isGone: boolean;
  /** Whether a run is in another state than when it was chosen. */
  hasChanged: boolean;
  state_type: StateType | null;
  state_name: string | null;
  isDeployed: boolean;
  /** Of a deployment. */
  isPaused: boolean;
}

/** Rows of one kind, none of which was settled yet. */
export interface ChosenGroup extends ChosenKind {
  count: number;
  /** The first few by their place. */
  samples: { place: number; id: string; name: string }[];
}

export interface Outcome {
  place: number;
  /** Null: the verb was applied. */
  reason: string | null;
}
