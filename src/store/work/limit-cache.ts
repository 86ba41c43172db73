import type { Scope, WriteScope } from "../engine/scope.ts";
import type { LimitTable } from "../tables.ts";
import type { Lease } from "./limits.ts";

/** The concurrency settings of a deployment: the name of its limit and the collision strategy. */
export interface DeployedLimit {
  name: string | null;
  options: string | null;
}

/**
 * Limits and leases that a transaction has read or written. There are no other writers while it lasts, so repeated reads
 * are answered from here, without a query. What is missing here may exist in the database.
 */
export class LimitCache {
  readonly #limits = new Map<string, LimitTable>();
  readonly #leases = new Map<string, Lease>();
  readonly #deployments = new Map<string, DeployedLimit>();

  limit(name: string): LimitTable | undefined {
    return this.#limits.get(name);
  }

  lease(id: string): Lease | undefined {
    return this.#leases.get(id);
  }

  ofDeployment(id: string): DeployedLimit | undefined {
    return this.#deployments.get(id);
  }

  /** The cached value is newer: it may have been written since. */
  learnLimit(row: LimitTable): LimitTable {
    const known = this.#limits.get(row.name) ?? row;
    this.#limits.set(row.name, known);
    return known;
  }

  learnLease(lease: Lease): void {
    if (!this.#leases.has(lease.id)) this.#leases.set(lease.id, lease);
  }

  learnDeployment(id: string, limit: DeployedLimit): void {
    this.#deployments.set(id, limit);
  }

  wroteLimit(before: LimitTable, after: LimitTable): void {
    this.#limits.delete(before.name);
    this.#limits.set(after.name, after);
  }

  wroteLease(lease: Lease): void {
    this.#leases.set(lease.id, lease);
  }

  forgetLease(id: string): void {
    this.#leases.delete(id);
  }

  /** Limits or deployments were created, deleted or linked to others. */
  forget(): void {
    this.#limits.clear();
    this.#leases.clear();
    this.#deployments.clear();
  }
}

const memories = new WeakMap<Scope, LimitCache>();

/** Only transactions cache. */
export const rememberedIn = (scope: Scope): LimitCache | undefined => memories.get(scope);

export function memoryOf(scope: WriteScope): LimitCache {
  const memory = memories.get(scope) ?? new LimitCache();
  memories.set(scope, memory);
  return memory;
}
