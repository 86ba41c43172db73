import type { attempts, RunLife } from "../../schema/attempts.ts";
import type { Parsed } from "../../schema/route.ts";
import type { StateType } from "../../schema/states.ts";

/** All states of a run, oldest first, and the payloads of the errors that were told of it. */
export interface RunPast extends Pick<RunLife, "kind" | "id"> {
  states: {
    type: StateType;
    name: string;
    timestamp: string;
    message: string | null;
    scheduled_time: string | null;
  }[];
  errors: unknown[];
}

export interface Attempts {
  /** Of those that are known. Throws the problem `too-large` where they have too many states. */
  pasts(input: Parsed<typeof attempts.list>): Promise<RunPast[]>;
}
