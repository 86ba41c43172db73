import { vi } from "vitest";
import { type Praetor, startPraetor } from "../praetor.ts";
import { openPython, type Python, patienceMs } from "./python.ts";
import { readingFrom } from "./run-reader.ts";

/** Our server, and Prefect's programs that report to it. */
export interface World {
  praetor: Praetor;
  python: Python;
  reading: ReturnType<typeof readingFrom>;
  close(): Promise<void>;
}

export async function openWorld(settings: Record<string, string> = {}): Promise<World> {
  const praetor = await startPraetor(settings);
  const python = openPython(`${praetor.url}/api`);
  return {
    ...{ praetor, python, reading: readingFrom(praetor.client) },
    async close() {
      await python.close();
      await praetor.close();
    },
  };
}

/** Polls until the condition holds. */
export const soon = <T>(assertion: () => Promise<T>): Promise<T> =>
  vi.waitFor(assertion, { timeout: patienceMs, interval: 100 });
