import type { Overview, overview } from "../../schema/overview.ts";
import type { Parsed } from "../../schema/route.ts";
import { timestamp, toMs } from "../../schema/scalars.ts";
import type { Store } from "../../store/store.ts";

type PastFigures = Pick<Overview, "failed_before" | "loads" | "usually_running">;
type Input = Parsed<typeof overview.summary>;

const keptMs = 60_000;
const maxKept = 20;
const points = 24;
const dayMs = 86_400_000;

/** The counted runs: those with all these tags, and subflows only on request. */
export const countedRuns = ({ tags, subflows }: Pick<Input, "tags" | "subflows">) => ({
  ...(tags.length > 0 && { tags: { all_: tags } }),
  ...(!subflows && { parent_task_run_id: { is_null_: true } }),
});

/**
 * Past figures change little, so they are cached for a minute per query.
 */
export function pastFigures(store: Store, now: () => number) {
  const kept = new Map<string, { until: number; figures: Promise<PastFigures> }>();
  return (input: Input): Promise<PastFigures> => {
    const key = JSON.stringify(input);
    const found = kept.get(key);
    if (found && found.until > now()) return found.figures;
    kept.delete(key);
    for (const oldest of kept.keys()) if (kept.size >= maxKept) kept.delete(oldest);
    const figures = readPast(store, input, now());
    kept.set(key, { until: now() + keptMs, figures });
    figures.catch(() => kept.delete(key));
    return figures;
  };
}

async function readPast(store: Store, input: Input, now: number): Promise<PastFigures> {
  const [after, before] = [toMs(input.after_), toMs(input.before_)];
  const span = before - after;
  // The current count is added with the answer.
  const end = Math.min(before, now);
  const times = Array.from({ length: points }, (_, at) => timestamp(after + ((end - after) * at) / points));
  const sameHour = Array.from({ length: 7 }, (_, days) => timestamp(now - (days + 1) * dayMs));
  const flow_runs = countedRuns(input);
  const [failed_before, loads, usual] = await Promise.all([
    store.flowRuns.count({
      flow_runs: {
        ...flow_runs,
        state: { type: { any_: ["FAILED", "CRASHED"] } },
        expected_start_time: { after_: timestamp(after - span), before_: timestamp(after - 1) },
      },
    }),
    store.flowRuns.loads({ flow_runs, times }),
    store.flowRuns.loads({ flow_runs, times: sameHour }),
  ]);
  const sum = usual.running.reduce((total, count) => total + count, 0);
  return {
    failed_before,
    loads: { times, ...loads },
    usually_running: sum > 0 ? sum / sameHour.length : null,
  };
}
