import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { CsrfToken } from "../../schema/admin.ts";
import { timestamp } from "../../schema/scalars.ts";

const lifeMs = 3_600_000;

/**
 * Tokens that show that a client could read an answer of this server before. They are computed, not kept: no client can
 * fill the memory, and servers that share a secret know each other's.
 */
export class Csrf {
  readonly #key: Buffer;
  readonly #now: () => number;

  /** `secret` is shared by all servers of one database. */
  constructor(secret: string | undefined, now: () => number) {
    this.#key = secret ? createHash("sha256").update(`csrf ${secret}`).digest() : randomBytes(32);
    this.#now = now;
  }

  issue(client: string): CsrfToken {
    const now = this.#now();
    const at = timestamp(now);
    const token = this.#token(client, hourOf(now));
    return {
      id: idOf(this.#digest(`id ${client}`)),
      created: at,
      updated: at,
      token,
      client,
      expiration: timestamp(now + lifeMs),
    };
  }

  /** Why a change is refused; undefined when it may be made. */
  refusal(request: Request): string | undefined {
    const token = request.headers.get("prefect-csrf-token");
    if (!token) return "Missing CSRF token.";
    const client = request.headers.get("prefect-csrf-client");
    if (!client) return "Missing client identifier.";
    const hour = hourOf(this.#now());
    // What was given in the last minute of an hour is good for an hour all the same.
    const isKnown = [hour, hour - 1].some((each) => isSame(token, this.#token(client, each)));
    return isKnown ? undefined : "Invalid CSRF token or client identifier.";
  }

  #token(client: string, hour: number): string {
    return this.#digest(`token ${hour} ${client}`);
  }

  #digest(text: string): string {
    return createHmac("sha256", this.#key).update(text).digest("hex");
  }
}

const hourOf = (ms: number) => Math.floor(ms / lifeMs);
const isSame = (one: string, other: string): boolean =>
  Buffer.byteLength(one) === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));

/** Hexadecimal digits in the form of a UUID of version 8, which is free for such uses. */
const idOf = (hex: string): string =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
