import { z } from "zod";
import { routes } from "./route.ts";
import { byId, Json, optional, Uuid } from "./scalars.ts";
import { State } from "./states.ts";

// Verbs on one flow run. The server checks the run and acts in one transaction, so that of two concurrent
// requests one is refused. Praetor only.

export const RunVerb = z.enum(["cancel", "pause", "resume", "retry", "delete"]);
export type RunVerb = z.infer<typeof RunVerb>;

export const RunCommandResult = z.object({
  is_done: z.boolean(),
  /** Why not, as the end of a sentence about the run ("has not ended"); null when it was done. */
  reason: z.string().nullable(),
  /** The state of the run as it is now; null when it has none or was deleted. */
  state: State.nullable(),
});
export type RunCommandResult = z.infer<typeof RunCommandResult>;

export const runCommands = routes("flow-runs", {
  /** A refusal with its reason is a normal answer; 404 when there is no such run. */
  command: {
    method: "POST",
    path: "/praetor/flow_runs/:id/:verb",
    input: byId.extend({
      verb: RunVerb,
      /** Id of the state in which the caller saw the run: refused when it has changed. Null: any state. */
      expected_state_id: optional(Uuid),
      /** For `resume`, where the run waits for input. */
      run_input: optional(Json),
    }),
    output: RunCommandResult,
  },
});
