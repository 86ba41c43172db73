// A run of a deployment has a process of its own, started by a runner. What the two tell each other goes over
// the channel that Node opens between a process and the one that forked it.

/** From the run's process to its runner. */
export type MessageFromRun =
  /** Text for the terminal that is in the run's logs already. */
  | { kind: "print"; text: string }
  /** The flow could not be loaded. */
  | { kind: "unloadable"; message: string }
  /** Milliseconds that the flow has to end on its own when it is cancelled. */
  | { kind: "grace"; ms: number }
  /** The flows of a file, by the name they are exported under. */
  | { kind: "flows"; flows: ExportedFlow[] }
  /** Nothing more will come. */
  | { kind: "over" };

/** From the runner to the run's process. */
export type MessageToRun = { kind: "cancel" } | { kind: "end"; message: string };

export interface ExportedFlow {
  exportName: string;
  flowName: string;
  /** `file:line:column` of its definition. */
  place: string;
}

/** Set in processes that a runner started. */
export const hostedVariable = "PRAETOR_HOSTED_BY";

const isHosted = process.connected && process.env[hostedVariable] === String(process.ppid);
/** The process id of the runner that started this process; null where none did. */
export const hostProcess: number | null = isHosted ? process.ppid : null;

export function sendToRunner(message: MessageFromRun): void {
  // The callback takes the error of a channel that closes meanwhile: the runner is gone, which is noticed elsewhere.
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

// Two copies of this package may meet in one process, that of the runner and that of the user's project.
const loading = Symbol.for("praetor.loading");

/** While a file is imported for its flows, what it does at its top level beside defining them is left out. */
export const isLoading = (): boolean => Reflect.get(globalThis, loading) === true;

export async function whileLoading<T>(work: () => Promise<T>): Promise<T> {
  Reflect.set(globalThis, loading, true);
  try {
    return await work();
  } finally {
    Reflect.set(globalThis, loading, false);
  }
}

export const whileLoadingText = (what: string): string =>
  `${what} at the top level of a file that is imported to run a deployment. ` +
  "Put that under `if (import.meta.main) { … }`.";
