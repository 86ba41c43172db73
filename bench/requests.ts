import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

export interface Answer<T> {
  status: number;
  /** The parsed JSON; undefined where there is none. */
  body: T;
}

type Headers = Record<string, string>;
/** A run, a flow or the like, or the outcome of a transition. */
export interface Thing {
  id: string;
  status: string;
}

/** Requests over a fixed number of kept-alive connections, at little cost to this process. */
export function requestsTo(url: string, connections: number) {
  // An idle connection is closed before the server does it.
  const agent = new Agent({ keepAlive: true, maxSockets: connections, scheduling: "fifo", timeout: 2000 });

  /** Any response counts. */
  function ask<T = unknown>(method: string, path: string, body?: unknown, more: Headers = {}) {
    return new Promise<Answer<T>>((done, fail) => {
      // Prefect's server reads no body without a content type.
      const headers = body === undefined ? more : { "content-type": "application/json", ...more };
      const sent = request(`${url}/api${path}`, { method, agent, headers }, (response) => {
        let text = "";
        response.on("data", (chunk) => {
          text += chunk;
        });
        response.on("end", () =>
          done({ status: response.statusCode ?? 0, body: text === "" ? undefined : JSON.parse(text) }),
        );
      });
      sent.on("error", (cause) => fail(new Error(`${method} ${url}/api${path} failed`, { cause })));
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** Throws for an error response. Requests to a server that is too busy, or hangs up, are repeated, as all clients do. */
  async function post<T = Thing>(path: string, body: unknown, headers?: Headers): Promise<T> {
    for (let attempt = 0; ; attempt += 1) {
      const answer = await ask<T>("POST", path, body, headers).catch((error: Error) => error);
      if (!(answer instanceof Error) && answer.status < 300) return answer.body;
      const isBusy = answer instanceof Error || answer.status === 503;
      if (isBusy && attempt < patience) await sleep(pauseMs);
      else if (answer instanceof Error) throw answer;
      else throw new Error(`POST ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    }
  }

  return { ask, post };
}

const patience = 100;
const pauseMs = 100;

/** Does `work` for 0 up to `count`, with a fixed concurrency. */
export async function inLanes(
  lanes: number,
  count: number,
  work: (index: number) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
