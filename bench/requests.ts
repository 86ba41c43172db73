import { Agent, request } from "node:http";

export interface Answer<T> {
  status: number;
  /** What its JSON holds; undefined where there is none. */
  body: T;
}

type Headers = Record<string, string>;
/** A run, a flow or the like, or the outcome of a transition. */
interface Thing {
  id: string;
  status: string;
}

/** Requests over at most so many connections that stay open, with little cost to this process. */
export function requestsTo(url: string, connections: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections, scheduling: "fifo" });

  /** Any answer counts. */
  function ask<T = unknown>(method: string, path: string, body?: unknown, headers: Headers = {}) {
    return new Promise<Answer<T>>((done, fail) => {
      const sent = request(`${url}/api${path}`, { method, agent, headers }, (response) => {
        let text = "";
        response.on("data", (chunk) => {
          text += chunk;
        });
        response.on("end", () =>
          done({ status: response.statusCode ?? 0, body: text === "" ? undefined : JSON.parse(text) }),
        );
      });
      sent.on("error", fail);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** Throws when the answer is an error. */
  async function post<T = Thing>(path: string, body: unknown, headers?: Headers): Promise<T> {
    const answer = await ask<T>("POST", path, body, headers);
    if (answer.status < 300) return answer.body;
    throw new Error(`POST ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  }

  return { ask, post };
}
