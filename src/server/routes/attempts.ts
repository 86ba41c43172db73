import { lifeOf } from "../../rules/attempts.ts";
import { attempts } from "../../schema/attempts.ts";
import { RunError } from "../../schema/events.ts";
import { timestamp } from "../../schema/scalars.ts";
import type { Store } from "../../store/store.ts";
import { type Api, serve } from "../serve.ts";

export function serveAttempts(api: Api, store: Store, now: () => number): void {
  serve(api, attempts.list, async (input) => {
    const pasts = await store.attempts.pasts(input);
    return pasts.map(({ kind, id, states, errors }) => {
      const runErrors = errors.flatMap((error) => errorFrom(error) ?? []);
      return { kind, id, ...lifeOf({ states, errors: runErrors, now: timestamp(now()) }) };
    });
  });
}

function errorFrom(payload: unknown) {
  const error = RunError.safeParse(payload).data;
  const thrown = error?.chain[0];
  return error && thrown && { attempt: error.attempt, type: thrown.name, message: thrown.message };
}
