import { createHmac, scryptSync, timingSafeEqual } from "node:crypto";

/** A session ends when it was not used for so long, and in any case when it is so old. In seconds. */
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
 * Sessions of browsers as signed cookies: nothing is kept, so each replica knows those of all, and a server that starts again
 * knows them as well. The key is derived from the password: another password ends all sessions.
 */
export class Sessions {
  readonly #authString: string | undefined;
  readonly #now: () => number;
  #keys: { name: string; key: Buffer } | undefined;

  constructor({ authString, now }: SessionsOptions) {
    this.#authString = authString;
    this.#now = now;
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

  /**
   * By scrypt, once: who has a cookie cannot try passwords against it as fast as he can hash. The name of the cookie is of the
   * key as well: cookies are shared by all ports of a host, and two servers there must not end each other's sessions.
   */
  #derived() {
    if (!this.#keys) {
      const key = scryptSync(this.#authString ?? "", "praetor session", 32);
      const mark = createHmac("sha256", key).update("name").digest("hex").slice(0, 8);
      this.#keys = { key, name: `${prefix}${mark}` };
    }
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
