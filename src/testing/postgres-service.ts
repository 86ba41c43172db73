import { createServer, type Server } from "node:http";
import type { TestProject } from "vitest/node";
import { TestPostgres } from "./postgres.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Address from which test files get databases. */
    postgresService: string;
  }
}

export interface TestDatabase {
  name: string;
  url: string;
  networkUrl: string;
  /** The folder of PostgreSQL's programs. */
  bin: string;
}

export type Answer = { database: TestDatabase } | { reason: string } | { error: string };

/** One server for all test files of a run, started on first use. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  let starting: ReturnType<typeof TestPostgres.start> | undefined;
  const service = createServer((request, response) => {
    starting ??= TestPostgres.start();
    const url = new URL(request.url ?? "", "http://service");
    void answer(starting, request.method ?? "", url).then((body) => response.end(JSON.stringify(body)));
  });
  project.provide("postgresService", await listen(service));
  return async () => {
    service.close();
    const started = await starting?.catch(() => undefined);
    if (started && !("reason" in started)) await started.stop();
  };
}

function listen(service: Server): Promise<string> {
  return new Promise((resolve) => {
    service.listen(0, "127.0.0.1", () => {
      const address = service.address();
      resolve(`http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`);
    });
  });
}

/** `POST /?template=…` creates a database, `DELETE /name` drops one. */
async function answer(
  starting: ReturnType<typeof TestPostgres.start>,
  method: string,
  url: URL,
): Promise<Answer> {
  try {
    const started = await starting;
    if ("reason" in started) return started;
    if (method === "DELETE") {
      await started.drop(url.pathname.slice(1));
      return { reason: "It was dropped." };
    }
    const name = await started.create(url.searchParams.get("template") ?? undefined);
    const { bin } = started;
    return { database: { name, url: started.url(name), networkUrl: started.networkUrl(name), bin } };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
