import { createHmac, scrypt, scryptSync, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

/** Idle timeout and maximum age of a session, in seconds. */
const idleSeconds = 7 * 86_400;
const longestSeconds = 30 * 86_400;
/** Cookies are renewed when this much can be added to them: not with every answer. */
const renewalSeconds = 3600;

export interface Session {
  /** Seconds since the epoch. */
  signedIn: number;
  expires: number;
}

interface SessionsOptions {
  /** Without a password there are no sessions. */
  authString: string | undefined;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/**
 * Browser sessions as signed cookies: nothing is stored, so each replica accepts those of all, and a restarted server
 * accepts them too. The key is derived from the password: changing it ends all sessions.
 */
export class Sessions {
  readonly #authString: string | undefined;
  readonly #now: () => number;
  #keys: Keys | undefined;

  constructor({ authString, now }: SessionsOptions) {
    this.#authString = authString;
    this.#now = now;
  }

  /** Derives the key in another thread; without this the first cookie holds the event loop for a tenth of a second. */
  async prepare(): Promise<void> {
    if (this.#authString) this.#keys = keysOf(await deriveKey(this.#authString, salt, keyBytes));
  }

  begin(): Session {
    const signedIn = this.#seconds();
    return { signedIn, expires: this.#expiry(signedIn) };
  }

  /** The session that a `Cookie` header shows, if it is one of ours that has not ended. */
  read(header: string | null | undefined): Session | undefined {
    if (!this.#authString || !header?.includes(prefix)) return undefined;
    const { name } = this.#derived();
    for (const pair of header.split(";")) {
      const at = pair.indexOf("=");
      const session =
        pair.slice(0, at).trim() === name ? this.#verified(pair.slice(at + 1).trim()) : undefined;
      if (session && session.expires > this.#seconds()) return session;
    }
    return undefined;
  }

  /** The same session with a later expiry; undefined when there is little to add. */
  renewed({ signedIn, expires }: Session): Session | undefined {
    const later = this.#expiry(signedIn);
    return later - expires >= renewalSeconds ? { signedIn, expires: later } : undefined;
  }

  /** A `Set-Cookie` header; `isSecure` where the browser reached this server by https. */
  cookie(session: Session, isSecure: boolean): string {
    const value = `${session.signedIn}.${session.expires}`;
    const seconds = session.expires - this.#seconds();
    return this.#header(`${value}.${this.#signature(value)}`, seconds, isSecure);
  }

  /** A `Set-Cookie` header that has the browser forget the session. */
  ending(isSecure: boolean): string {
    return this.#header("", 0, isSecure);
  }

  #header(value: string, maxAge: number, isSecure: boolean): string {
    const attributes = `Path=/api; Max-Age=${maxAge}; HttpOnly; SameSite=Strict${isSecure ? "; Secure" : ""}`;
    return `${this.#derived().name}=${value}; ${attributes}`;
  }

  #verified(token: string): Session | undefined {
    const [, value = "", signature = ""] = /^(\d{1,12}\.\d{1,12})\.([\w-]{43})$/.exec(token) ?? [];
    if (!timingSafeEqual(Buffer.from(signature.padEnd(43)), Buffer.from(this.#signature(value))))
      return undefined;
    const [signedIn = 0, expires = 0] = value.split(".").map(Number);
    return { signedIn, expires };
  }

  #signature(value: string): string {
    return createHmac("sha256", this.#derived().key).update(`session ${value}`).digest("base64url");
  }

  #derived(): Keys {
    this.#keys ??= keysOf(scryptSync(this.#authString ?? "", salt, keyBytes));
    return this.#keys;
  }

  #expiry(signedIn: number): number {
    return Math.min(this.#seconds() + idleSeconds, signedIn + longestSeconds);
  }

  #seconds(): number {
    return Math.floor(this.#now() / 1000);
  }
}

const prefix = "praetor_session_";

/** By scrypt, so that passwords cannot be tried against a stolen cookie as fast as hashes are computed. */
const deriveKey = promisify<string, string, number, Buffer>(scrypt);
const salt = "praetor session";
const keyBytes = 32;

interface Keys {
  key: Buffer;
  /** Of the cookie. Cookies are shared by all ports of a host, and two servers there must not overwrite each other's. */
  name: string;
}

const keysOf = (key: Buffer): Keys => ({
  key,
  name: `${prefix}${createHmac("sha256", key).update("name").digest("hex").slice(0, 8)}`,
});
