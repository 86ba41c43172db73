import { type Purpose, Session } from "./postgres-session.ts";
import type { Access } from "./postgres-url.ts";

const maxSessions = 4;

/** Sessions for reading: each serves one request at a time, and more are opened when all are busy. */
export class Readers {
  readonly #access: Access;
  readonly #purpose: Purpose;
  readonly #idle: Session[] = [];
  readonly #line: ((session: Session | undefined) => void)[] = [];
  #count = 0;
  #isClosed = false;

  constructor(access: Access, purpose: Purpose) {
    this.#access = access;
    this.#purpose = purpose;
  }

  /** Reads can be retried on another connection when one is lost. */
  async use<T>(read: (session: Session) => Promise<T>): Promise<T> {
    const session = await this.#take();
    try {
      return await read(session);
    } catch (error) {
      if (!session.isDead) throw error;
    } finally {
      this.#giveBack(session);
    }
    const other = await this.#take();
    try {
      return await read(other);
    } finally {
      this.#giveBack(other);
    }
  }

  /** Those that are busy are closed when they are done. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#idle.map((session) => session.close()));
  }

  async #take(): Promise<Session> {
    for (;;) {
      const idle = this.#idle.pop();
      if (idle && !idle.isDead) return idle;
      if (idle) this.#count -= 1;
      else if (this.#count < maxSessions) return this.#open();
      else {
        const freed = await new Promise<Session | undefined>((resolve) => this.#line.push(resolve));
        if (freed) return freed;
      }
    }
  }

  async #open(): Promise<Session> {
    this.#count += 1;
    try {
      return await Session.open(this.#access, this.#purpose);
    } catch (error) {
      this.#count -= 1;
      // The next in the queue tries separately.
      this.#line.shift()?.(undefined);
      throw error;
    }
  }

  #giveBack(session: Session): void {
    if (session.isDead) this.#count -= 1;
    const next = this.#line.shift();
    if (next) next(session.isDead ? undefined : session);
    else if (this.#isClosed) void session.close();
    else if (!session.isDead) this.#idle.push(session);
  }
}
