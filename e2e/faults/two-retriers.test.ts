import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ApiError, type Client, createClient } from "../../src/client/client.ts";
import { commandRun } from "../../src/client/run-commands.ts";
import { deployments } from "../../src/schema/deployments.ts";
import { type FlowRun, flowRuns } from "../../src/schema/flow-runs.ts";
import { flows } from "../../src/schema/flows.ts";
import type { RunVerb } from "../../src/schema/run-commands.ts";
import { flowRunStates, type StateType } from "../../src/schema/states.ts";
import { describeOnPostgres } from "../../src/testing/postgres-databases.ts";
import { Replica } from "../../src/testing/replicas.ts";
import { scaled } from "./scale.ts";

// Several users, each with their own client, do the same to one run at the same time.

const rounds = scaled(2, 20);

/** The initial states for a verb, and the states after it was applied once. */
const verbs: Record<RunVerb, { before: StateType[]; after: string[] }> = {
  retry: { before: ["RUNNING", "FAILED"], after: ["Running", "Failed", "AwaitingRetry"] },
  cancel: { before: ["RUNNING"], after: ["Running", "Cancelling"] },
  pause: { before: ["RUNNING"], after: ["Running", "Paused"] },
  resume: { before: ["RUNNING", "PAUSED"], after: ["Running", "Paused", "Running"] },
  delete: { before: ["RUNNING", "COMPLETED"], after: [] },
};
const cases = Object.keys(verbs)
  .filter((verb): verb is RunVerb => verb in verbs)
  .flatMap((verb) => [2, 50].map((people) => ({ verb, people })));

describe("one server on SQLite", () => {
  const home = mkdtempSync(join(tmpdir(), "praetor-retriers-"));
  afterAll(() => rmSync(home, { recursive: true, force: true }));
  onServers(1, () => Promise.resolve({ PRAETOR_HOME: home }));
});

await describeOnPostgres("two servers on one PostgreSQL", (databases) =>
  onServers(2, async () => ({
    PRAETOR_DATABASE_URL: (await databases.create()).url,
    PRAETOR_HOME: tmpdir(),
  })),
);

function onServers(count: number, database: () => Promise<Record<string, string>>): void {
  const servers: Replica[] = [];
  let flow_id: string;
  let deployment_id: string;

  beforeAll(async () => {
    const settings = { PRAETOR_LOG_LEVEL: "silent", PRAETOR_ENCRYPTION_KEY: "the key of the test" };
    const env = { ...settings, ...(await database()) };
    servers.push(...Array.from({ length: count }, () => new Replica(env)));
    await Promise.all(servers.map((server) => server.start()));
    const client = person(0);
    flow_id = (await client.call(flows.create, { name: "contested" })).id;
    deployment_id = (await client.call(deployments.create, { name: "nightly", flow_id })).id;
  });
  afterAll(() => Promise.all(servers.map((server) => server.kill("SIGTERM"))));

  /** A client of one server, as each terminal and each dashboard has. */
  const person = (at: number): Client => {
    const server = servers[at % servers.length];
    if (!server) throw new Error("expected the servers to be started");
    return createClient({ baseUrl: server.api, send: (request) => fetch(request) });
  };

  const contested = async (before: readonly StateType[]): Promise<FlowRun> => {
    const client = person(0);
    const { id } = await client.call(flowRuns.create, { flow_id, deployment_id, state: { type: "PENDING" } });
    for (const type of before) await client.call(flowRuns.setState, { id, state: { type } });
    return client.call(flowRuns.read, { id });
  };
  const history = async (id: string): Promise<string[]> =>
    (await person(1).call(flowRunStates.list, { flow_run_id: id })).map(({ name }) => name);

  test.each(cases)("$people users who $verb a run at once have one effect", async ({ verb, people }) => {
    const { before, after } = verbs[verb];
    for (let round = 0; round < rounds; round++) {
      const run = await contested(before);
      const answers = await Promise.all(
        Array.from({ length: people }, (_, at) => outcome(person(at), verb, run)),
      );
      expect(answers.filter((answer) => answer === "done")).toHaveLength(1);
      expect(await history(run.id)).toEqual(after.length > 0 ? ["Pending", ...after] : []);
    }
  });

  test("of two users who saw the same failure, the second retries nothing, even if the run has failed again", async () => {
    const seen = await contested(["RUNNING", "FAILED"]);
    expect(await outcome(person(0), "retry", seen)).toBe("done");
    for (const type of ["PENDING", "RUNNING", "FAILED"] as const)
      await person(0).call(flowRuns.setState, { id: seen.id, state: { type } });
    expect(await outcome(person(1), "retry", seen)).toBe(
      "has changed since you looked at it: it is Failed now",
    );
    expect((await history(seen.id)).filter((name) => name === "AwaitingRetry")).toHaveLength(1);
  });
}

/** `done`, or the reason why not. */
async function outcome(client: Client, verb: RunVerb, run: FlowRun): Promise<string> {
  try {
    const { is_done, reason } = await commandRun(client, verb, run);
    return is_done ? "done" : String(reason);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return error.message;
    throw error;
  }
}
