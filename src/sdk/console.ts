import { consoleText, type Level } from "./logger.ts";
import { contexts, type Run } from "./run.ts";
import { hostProcess, sendToRunner } from "./runner-channel.ts";

const levels = {
  debug: "debug",
  log: "info",
  info: "info",
  warn: "warning",
  error: "error",
} as const satisfies Record<string, Level>;
type Method = keyof typeof levels;
let isPatched = false;

/** Patches the console at the first flow or task with `logConsole` on; what its body prints is shipped with its logs. */
export function captureConsole(): void {
  if (isPatched) return;
  isPatched = true;
  for (const method of Object.keys(levels).filter(isMethod)) {
    const print = console[method];
    console[method] = (...parts: unknown[]) => {
      const run = captor(contexts.getStore()?.run);
      if (run && hostProcess !== null) sendToRunner({ kind: "print", text: `${consoleText(parts)}\n` });
      else print.apply(console, parts);
      run?.logger.ship(levels[method], consoleText(parts));
    };
  }
}

const isMethod = (name: string): name is Method => name in levels;

/** A task without this option inherits it from the flow it runs in. */
function captor(run: Run | undefined): Run | undefined {
  for (let holder = run; holder; holder = holder.parent)
    if (holder.logConsole !== undefined) return holder.logConsole ? run : undefined;
  return undefined;
}
