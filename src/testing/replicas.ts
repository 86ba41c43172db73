import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { type Client, createClient } from "../client/client.ts";
import { admin } from "../schema/admin.ts";
import { plainEnvironment } from "./programs.ts";

const main = join(import.meta.dirname, "..", "cli", "main.ts");

/** A server in its own process, which can be killed and restarted. */
export class Replica {
  readonly #env: Record<string, string>;
  #child: ChildProcess | undefined;
  #url = "";
  #client: Client | undefined;

  constructor(env: Record<string, string>) {
    this.#env = env;
  }

  /** Base of its API. */
  get api(): string {
    return `${this.#url}/api`;
  }

  get client(): Client {
    this.#client ??= createClient({ baseUrl: this.api, send: (request) => fetch(request) });
    return this.#client;
  }

  /** Address of a socket below the API. */
  socket(path: string): string {
    return `${this.#url.replace("http", "ws")}/api${path}`;
  }

  async start(): Promise<void> {
    const options = ["server", "start", "--port", "0", "--no-ui", "--json"];
    const child = spawn(process.execPath, [main, ...options], {
      env: { ...plainEnvironment, ...this.#env },
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#child = child;
    const ended = once(child, "exit").then(() => Promise.reject(new Error("A replica did not start.")));
    const [line] = await Promise.race([once(child.stdout, "data"), ended]);
    ended.catch(() => undefined);
    const { url }: { url: string } = JSON.parse(String(line));
    this.#url = url;
    this.#client = undefined;
  }

  async kill(signal: "SIGKILL" | "SIGTERM" = "SIGKILL"): Promise<void> {
    if (!this.#child || this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill(signal);
    await ended;
  }

  /** Whether its readiness check succeeds. */
  async isReady(): Promise<boolean> {
    return this.client.call(admin.ready, {}).then(
      () => true,
      () => false,
    );
  }
}
