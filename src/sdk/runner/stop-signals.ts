import { constants } from "node:os";
import type { Runner } from "./runner.ts";

const signals = ["SIGINT", "SIGTERM"] as const;
const reason = "The process that ran it was stopped, and the run did not finish within the grace period.";
/** Time to report killed runs to the server. */
const lastWords = 5000;

/** Keeps a runner going until the process is asked to stop; a second signal ends the wait. */
export async function untilStopped(runner: Runner, onStop: () => Promise<void>): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of signals) process.once(signal, () => resolve());
  });
  for (const signal of signals)
    process.once(signal, () => {
      runner.kill("The process that ran it was told to stop at once.");
      setTimeout(() => process.exit(128 + constants.signals[signal]), lastWords).unref();
    });
  if (runner.running > 0)
    process.stderr.write(
      `Waiting for ${runner.running} run(s) to finish; press Ctrl-C again to end them now.\n`,
    );
  await Promise.all([onStop(), runner.stop(reason)]);
}
