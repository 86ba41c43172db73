import type { Context } from "hono";
import { newId } from "../schema/ids.ts";
import { toMs } from "../schema/scalars.ts";
import type { State } from "../schema/states.ts";
import type { Tx } from "../store/store.ts";
import type { RequestMetadata } from "./http/request-metadata.ts";

/** The caller, as far as known. */
export interface Requester {
  address: string | null;
  user_agent: string | null;
}

export const requesterOf = (c: Context<{ Bindings: RequestMetadata }>): Requester => ({
  address: c.env.address ?? null,
  user_agent: c.req.header("user-agent") ?? null,
});

interface Forced {
  kind: "flow-run" | "task-run";
  run: { id: string; name: string };
  from: State | null;
  to: State | null;
  by: Requester;
}

/** Records a bypass of the rules with the run: caller, time and effect. */
export function emitForcedState(tx: Tx, { kind, run, from, to, by }: Forced): void {
  tx.event({
    id: newId(toMs(tx.now)),
    occurred: tx.now,
    event: "praetor.state.forced",
    resource: { "prefect.resource.id": `prefect.${kind}.${run.id}`, "prefect.resource.name": run.name },
    related: [],
    payload: { from: brief(from), to: brief(to), by },
    follows: null,
  });
}

const brief = (state: State | null) =>
  state && { type: state.type, name: state.name, message: state.message };
