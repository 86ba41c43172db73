import { timestamp } from "../../schema/scalars.ts";
import type { Service } from "../../schema/services.ts";

/** Health of the services of this process, for monitoring. */
export class ServiceMonitor {
  readonly #now: () => number;
  readonly #services = new Map<string, Service>();

  constructor(now: () => number) {
    this.#now = now;
  }

  add(name: string, every_seconds: number): void {
    const unseen = { last_started: null, last_succeeded: null, last_seconds: null, error: null };
    this.#services.set(name, { name, every_seconds, is_running: false, runs: 0, failures: 0, ...unseen });
  }

  began(name: string): void {
    this.#change(name, { is_running: true, last_started: timestamp(this.#now()) });
  }

  /** Returns what the run before had failed with, so that a failure is reported once. */
  ended(name: string, seconds: number, error: string | null): string | null {
    const before = this.#services.get(name);
    const succeeded = error === null ? { last_succeeded: timestamp(this.#now()), last_seconds: seconds } : {};
    const runs = (before?.runs ?? 0) + 1;
    const failures = (before?.failures ?? 0) + (error === null ? 0 : 1);
    this.#change(name, { is_running: false, runs, failures, error, ...succeeded });
    return before?.error ?? null;
  }

  list(): Service[] {
    return [...this.#services.values()];
  }

  #change(name: string, change: Partial<Service>): void {
    const known = this.#services.get(name);
    if (known) this.#services.set(name, { ...known, ...change });
  }
}
