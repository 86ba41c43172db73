import { createHash } from "node:crypto";

const windowMs = 60_000;
/** Different wrong credentials that an address may try within the window. */
const allowed = 10;
const maxAddresses = 1000;

interface Failures {
  until: number;
  tried: Set<string>;
}

/**
 * Rate limit for wrong passwords. Only different credentials count: a misconfigured program sends the same
 * ones repeatedly, and must not lock out others behind its address.
 */
export class FailedLogins {
  readonly #now: () => number;
  readonly #byAddress = new Map<string, Failures>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Seconds until credentials from the address are checked again; 0 if now. */
  wait(address: string | undefined): number {
    if (this.#byAddress.size === 0) return 0;
    const failures = this.#byAddress.get(keyOf(address));
    if (!failures || failures.tried.size < allowed) return 0;
    return Math.max(0, Math.ceil((failures.until - this.#now()) / 1000));
  }

  note(address: string | undefined, credentials: string): void {
    const key = keyOf(address);
    const known = this.#byAddress.get(key);
    const isFresh = known !== undefined && known.until > this.#now();
    const failures = isFresh ? known : { until: this.#now() + windowMs, tried: new Set<string>() };
    failures.tried.add(createHash("sha256").update(credentials).digest("base64url").slice(0, 16));
    // Set anew, so that the oldest is the first to be forgotten.
    this.#byAddress.delete(key);
    this.#byAddress.set(key, failures);
    if (this.#byAddress.size > maxAddresses)
      this.#byAddress.delete(this.#byAddress.keys().next().value ?? "");
  }
}

/** One home or machine has a whole /64 of IPv6 addresses. */
function keyOf(address = "?"): string {
  if (!address.includes(":") || address.startsWith("::")) return address;
  return address.split("::")[0]?.split(":").slice(0, 4).join(":") ?? address;
}
