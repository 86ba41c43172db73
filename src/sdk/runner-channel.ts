// A run of a deployment has its own process, started by a runner. The two exchange messages over
// the IPC channel of Node's `fork`.

/** From the run's process to its runner. */
export type MessageFromRun =
  /** Text for the terminal that is already in the run's logs. */
  | { kind: "print"; text: string }
  /** The flow could not be loaded. */
  | { kind: "unloadable"; message: string }
  /** Milliseconds that the flow has to end when it is cancelled. */
  | { kind: "grace"; ms: number }
  /** The flows of a file, by export name. */
  | { kind: "flows"; flows: ExportedFlow[] }
  /** Last message. */
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
  // The callback gets the error of a channel that closes meanwhile: the runner's end is noticed elsewhere.
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

// Two copies of this package may be in one process: the runner's and that of the user's project.
const loading = Symbol.for("praetor.loading");

/** While a file is imported for its flows, `serve` at its top level is ignored; running and deploying throw. */
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
