import type { FlowRun } from "../../schema/flow-runs.ts";
import type { PausedRun } from "../../schema/overview.ts";
import { Json } from "../../schema/scalars.ts";
import type { Store } from "../../store/store.ts";

/** Longer forms are left to the client, which reads them when one is opened. */
const maxCharacters = 20_000;

/** With what each run asks for, as it has stored it. */
export const pausedRuns = (store: Store, runs: readonly FlowRun[]): Promise<PausedRun[]> =>
  Promise.all(
    runs.map(async (run) => {
      const keys = run.state?.state_details.run_input_keyset;
      if (!keys?.schema) return { run, form: null };
      const [schema, description] = await Promise.all([
        storedJson(store, run.id, keys.schema),
        keys.description === undefined ? undefined : storedJson(store, run.id, keys.description),
      ]);
      return {
        run,
        form: {
          schema: Json.safeParse(schema).data ?? null,
          description: typeof description === "string" ? description : null,
        },
      };
    }),
  );

async function storedJson(store: Store, id: string, key: string): Promise<unknown> {
  const stored = await store.flowRunInputs.read(id, key);
  if (!stored || stored.value.length > maxCharacters) return undefined;
  try {
    return JSON.parse(stored.value);
  } catch {
    // Any client may store any text under the key.
    return undefined;
  }
}
