import { setTimeout as sleep } from "node:timers/promises";
import { authorization, type Send } from "../client/client.ts";
import type { OpenSocket } from "../client/events.ts";
import { withoutPassword } from "../schema/database-url.ts";
import type { Settings } from "../schema/settings.ts";
import type { ServerAddress, ServerConnection } from "../sdk/server-connection.ts";
import { forgetSession } from "../sdk/session.ts";
import { openSockets } from "../sdk/socket.ts";
import {
  DatabaseInUse,
  databasePath,
  findHolder,
  type Holder,
  type Lock,
  newToken,
  takeLock,
} from "../store/admin/lock.ts";
import { Embedded } from "./embedded.ts";

export interface LocalOptions {
  settings: Settings;
  version: string;
}

interface ServerLocation {
  address: ServerAddress;
  isServer: boolean;
  /** Set where this process serves the store. */
  own?: { embedded: Embedded; lock: Lock };
}

/** By then the owner of the database has published its address, or is not a server. */
const patienceMs = 10_000;
const pauseMs = 50;
const lookEveryMs = 1000;
/** Time for a server to take a store that was handed over. */
const awaitedMs = 10_000;
const maxMoves = 5;

/**
 * The store of this machine, for a script without a configured server. It is served by one process at a time, over loopback:
 * by a server, else by the first script that needs it, in a thread. When that process ends, however it ends, one of
 * the others opens the store in its place; when a server wants it, it is handed over.
 */
export class LocalServer implements ServerConnection {
  readonly environment = {};
  readonly #options: LocalOptions;
  readonly #path: string;
  readonly #listeners = new Set<(address: ServerAddress) => void>();
  #location: ServerLocation | undefined;
  #search: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** Throws `DatabaseInUse` when the process that has the database does not serve it. */
  static async find(options: LocalOptions): Promise<LocalServer> {
    const server = new LocalServer(options);
    await server.#find(undefined);
    server.#timer = setInterval(() => server.#checkServer(), lookEveryMs).unref();
    process.once("beforeExit", server.#end);
    return server;
  }

  private constructor(options: LocalOptions) {
    this.#options = options;
    this.#path = databasePath(options.settings);
  }

  get name(): string {
    return `the store ${withoutPassword(this.#path)}`;
  }
  get address(): ServerAddress {
    return this.#here.address;
  }
  get isServer(): boolean {
    return this.#here.isServer;
  }
  get #here(): ServerLocation {
    if (!this.#location) throw new Error(`Nothing is known of ${this.name}.`);
    return this.#location;
  }

  readonly send: Send = async (request) => {
    const body = request.body ? await request.text() : null;
    const path = request.url.slice(request.url.indexOf("/api/") + "/api".length);
    for (let moves = 0; ; moves++) {
      await this.#search;
      const location = this.#here;
      const { apiUrl } = location.address;
      const headers = { ...Object.fromEntries(request.headers), ...authorization(location.address) };
      try {
        const response = await fetch(apiUrl + path, {
          ...{ method: request.method, headers, body, signal: request.signal },
        });
        if (response.status !== 401 || !this.#hasMoved(location)) return response;
        await response.body?.cancel();
        await this.#find(location);
      } catch (error) {
        if (request.signal.aborted || this.#isClosed) throw error;
        await this.#find(location);
        if (this.#location === location || moves === maxMoves) throw error;
      }
    }
  };

  readonly open: OpenSocket = (path, listener) => {
    const location = this.#here;
    return openSockets(location.address.apiUrl)(path, {
      onOpen: () => listener.onOpen(),
      onMessage: (text) => listener.onMessage(text),
      onPong: () => listener.onPong(),
      onClose: () => {
        listener.onClose();
        this.#find(location).catch(ignore);
      },
    });
  };

  onMove(listener: (address: ServerAddress) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The store is closed once all requests of this and other processes are answered. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    process.off("beforeExit", this.#end);
    await this.#search?.catch(ignore);
    const own = this.#location?.own;
    if (own) {
      own.embedded.onExit = () => {};
      await own.embedded.close();
      own.lock.release();
    }
  }

  /** When nothing else keeps the process alive. After `process.exit` the lock ends with the process. */
  #end = (): void => {
    forgetSession();
    void this.close();
  };

  /** Whether another process, or the same one restarted, serves the store now. */
  #hasMoved({ address, own }: ServerLocation): boolean {
    const holder = own ? undefined : findHolder(this.#path);
    return holder !== undefined && holder.url !== null && holder.token !== address.authString;
  }

  #checkServer(): void {
    const location = this.#here;
    if (location.own) return;
    const holder = findHolder(this.#path);
    if (!holder || this.#hasMoved(location)) this.#find(location).catch(ignore);
  }

  /** Finds the process that serves the store after the one at `lost` has, or may have, ended. */
  async #find(lost: ServerLocation | undefined): Promise<void> {
    if (this.#isClosed || this.#location !== lost) return;
    await this.#relocate(() => this.#findServer(lost));
  }

  async #findServer(lost: ServerLocation | undefined): Promise<ServerLocation> {
    for (const until = Date.now() + patienceMs; ; await sleep(pauseMs)) {
      const holder = findHolder(this.#path);
      const found = holder && locationOf(holder);
      if (found && found.address.authString !== lost?.address.authString) return found;
      if (holder && isAwaited(holder)) continue;
      const lock = tryLock(this.#path);
      if (!(lock instanceof DatabaseInUse)) return this.#serve(lock);
      // It still runs: the failure may have been temporary.
      if (lost && found) return lost;
      if (Date.now() > until) throw lock;
    }
  }

  async #serve(lock: Lock): Promise<ServerLocation> {
    const token = newToken();
    const embedded = await Embedded.start({ ...this.#options, token }).catch((error: unknown) => {
      lock.release();
      throw error;
    });
    lock.publish({ url: embedded.url, token });
    const address = { apiUrl: `${embedded.url}/api`, authString: token };
    const location: ServerLocation = { address, isServer: false, own: { embedded, lock } };
    embedded.onExit = () => {
      lock.release();
      this.#find(location).catch(ignore);
    };
    embedded.onHandover = (pid) => {
      embedded.onExit = () => {};
      this.#relocate(async () => {
        await embedded.close();
        lock.release({ pid });
        return this.#findServer(location);
      }).catch(ignore);
    };
    return location;
  }

  /** Requests wait until the address is known. */
  async #relocate(search: () => Promise<ServerLocation>): Promise<void> {
    this.#search ??= search()
      .then((location) => this.#moveTo(location))
      .finally(() => {
        this.#search = undefined;
      });
    await this.#search;
  }

  #moveTo(location: ServerLocation): void {
    if (this.#location === location) return;
    this.#location = location;
    for (const listener of this.#listeners) listener(location.address);
  }
}

const ignore = (): void => {
  // Later requests try again, and get the error.
};

function locationOf({ url, token, kind }: Holder): ServerLocation | undefined {
  if (url === null || token === null) return undefined;
  return { address: { apiUrl: `${url}/api`, authString: token }, isServer: kind === "server" };
}

const isAwaited = ({ kind, url, started }: Holder): boolean =>
  kind === "server" && url === null && Date.now() - Date.parse(started) < awaitedMs;

function tryLock(path: string): Lock | DatabaseInUse {
  try {
    return takeLock(path, "script");
  } catch (error) {
    if (error instanceof DatabaseInUse) return error;
    throw error;
  }
}
