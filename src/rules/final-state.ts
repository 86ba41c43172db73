import { defaultStateName, isFinal, type StateType } from "../schema/states.ts";

/** A state as the rules see it: no data, and reading it is not "looking at" it. */
export interface StateSummary {
  type: StateType;
  name: string;
  message: string | null;
}

/** How the body of a run ended. `states` are of runs; `nothing` is undefined or null. */
export type Ending =
  | { kind: "threw"; error: string }
  | { kind: "timed-out"; seconds: number }
  | { kind: "cancelled"; reason: string | null }
  | { kind: "crashed"; cause: string }
  | { kind: "paused"; suspended: boolean }
  | { kind: "manual"; state: StateSummary }
  | { kind: "states"; states: readonly StateSummary[] }
  /** Data with runs inside; `failed` are those of them that failed. */
  | { kind: "mixed"; failed: Ledger["failed"] }
  | { kind: "quoted" }
  | { kind: "exhausted" }
  | { kind: "nothing" }
  | { kind: "data" }
  | { kind: "error-value" };

/** The task runs and subflow runs that a body started. */
export interface Ledger {
  total: number;
  failed: readonly { name: string; observed: boolean }[];
}

/** `unobserved`: a failure that nothing looked at fails a run without a result. `any`: as Prefect 2. `returned`: as Prefect 3. */
export const failOn = ["unobserved", "any", "returned"] as const;
export type FailOn = (typeof failOn)[number];

export interface Facts {
  subject: "Flow" | "Task";
  ending: Ending;
  ledger: Ledger;
  failOn: FailOn;
}

export interface Decision extends StateSummary {
  /** Logged in the run's log; does not change the state. */
  warning?: string;
}

/** The state in which a run ends, for each way its body can end. Pure; the rows are those of the documentation. */
export function finalState({ subject, ending, ledger, failOn: mode }: Facts): Decision {
  switch (ending.kind) {
    case "threw":
      return state("FAILED", `${subject} run encountered an exception: ${ending.error}`);
    case "timed-out":
      return state("FAILED", `${subject} run exceeded timeout of ${ending.seconds} second(s)`, "TimedOut");
    case "cancelled":
      return state("CANCELLED", ending.reason);
    case "crashed":
      return state("CRASHED", ending.cause);
    case "paused":
      return state("PAUSED", null, ending.suspended ? "Suspended" : "Paused");
    case "manual":
      return { ...ending.state };
    case "states":
      return aggregate(ending.states);
    case "error-value":
      return {
        ...state("COMPLETED", null),
        warning: "An Error was returned, not thrown: the run counts as completed.",
      };
    case "nothing":
      return mindFailures(ledger, ledger.failed, mode, true);
    case "mixed":
      return ending.failed.length > 0
        ? mindFailures(ledger, ending.failed, mode, true)
        : mindFailures(ledger, ledger.failed, mode, false);
    case "quoted":
    case "exhausted":
    case "data":
      return mindFailures(ledger, ledger.failed, mode, false);
  }
}

const state = (type: StateType, message: string | null, name = defaultStateName(type)): Decision => ({
  type,
  name,
  message,
});

function mindFailures(ledger: Ledger, candidates: Ledger["failed"], mode: FailOn, matter: boolean): Decision {
  const failed = mode === "any" ? candidates : candidates.filter((run) => !run.observed);
  if (failed.length === 0) return state("COMPLETED", null);
  const shown = failed.slice(0, shownFailures).map((run) => run.name);
  const more = failed.length > shown.length ? ` and ${failed.length - shown.length} more` : "";
  const looked = mode === "any" ? "" : " and nothing looked at them";
  const text = `${failed.length}/${ledger.total} task runs failed${looked}: ${shown.join(", ")}${more}`;
  const isFailure = mode === "any" || (mode === "unobserved" && matter);
  return isFailure ? state("FAILED", text) : { ...state("COMPLETED", null), warning: text };
}

const shownFailures = 10;

/** Combines many states: the first case that applies. The messages are those of Prefect. */
function aggregate(states: readonly StateSummary[]): Decision {
  const count = (type: StateType) => states.filter((one) => one.type === type).length;
  const total = states.length;
  const [completed, cancelled, paused, failed] = [
    count("COMPLETED"),
    count("CANCELLED"),
    count("PAUSED"),
    count("FAILED"),
  ];
  if (completed === total) return state("COMPLETED", "All states completed.");
  if (cancelled > 0) return state("CANCELLED", `${cancelled}/${total} states cancelled.`);
  if (paused > 0) return state("PAUSED", `${paused}/${total} states paused.`);
  if (failed > 0) return state("FAILED", `${failed}/${total} states failed.`);
  const open = states.filter((one) => !isFinal(one.type)).length;
  if (open > 0) return state("FAILED", `${open}/${total} states are not final.`);
  const kinds = [...new Set(states.map((one) => one.type))].map((type) => `'${type}'=${count(type)}`);
  return state("FAILED", `Given states: ${[`total=${total}`, ...kinds].join(", ")}`);
}
