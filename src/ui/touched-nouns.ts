// Lists whose rows or figures depend on rows of another noun.
const alsoTouched: Record<string, string[]> = {
  "flow-runs": [
    ...["flow-runs", "dashboard", "flow-run-states", "recent-runs"],
    ...["slots", "waiting", "overview", "occupancy"],
  ],
  // A schedule that goes takes its next run along.
  deployments: ["deployments", "recent-runs", "schedules"],
  "concurrency-limits": ["concurrency-limits", "slots", "waiting", "overview", "occupancy"],
  "task-runs": ["task-runs", "dashboard", "task-run-states"],
  errors: ["errors", "events", "run-summary"],
  failures: ["failures", "run-summary"],
};
export const nounsTouchedBy = (noun: string): readonly string[] => alsoTouched[noun] ?? [noun];
