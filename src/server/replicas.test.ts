import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client as Admin } from "pg";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { admin } from "../schema/admin.ts";
import { deployments } from "../schema/deployments.ts";
import { flowRuns } from "../schema/flow-runs.ts";
import { flows } from "../schema/flows.ts";
import { timestamp } from "../schema/scalars.ts";
import { taskRuns } from "../schema/task-runs.ts";
import { CuttableProxy } from "../testing/cuttable-proxy.ts";
import { TestPostgres } from "../testing/postgres.ts";
import { Replica } from "../testing/replicas.ts";
import { connectSocket, type SocketClient } from "../testing/socket-client.ts";

// A separate PostgreSQL server, because this suite crashes it.
const postgres = await TestPostgres.start();
const home = mkdtempSync(join(tmpdir(), "praetor-replicas-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const settings = {
  PRAETOR_HOME: home,
  PRAETOR_LOG_LEVEL: "silent",
  PRAETOR_SERVER_CSRF_ENABLED: "true",
  PRAETOR_ENCRYPTION_KEY: "the key of the tests",
};
const patience = { timeout: 30_000, interval: 100 };

describe("three replicas on one database", () => {
  if ("reason" in postgres) test.skip(postgres.reason);
  else replicas(postgres);
});

function replicas(server: TestPostgres): void {
  let all: Replica[] = [];
  let url = "";
  let networkUrl = "";
  const replica = (at: number): Replica => {
    const found = all[at % all.length];
    if (!found) throw new Error("The replicas run only inside a test.");
    return found;
  };
  const call = (at: number) => replica(at).client;
  const flow = async (name: string) => (await call(0).call(flows.create, { name })).id;

  beforeAll(async () => {
    const name = await server.create();
    url = server.url(name);
    networkUrl = server.networkUrl(name);
    // Acknowledged writes must survive a crash, as with production settings.
    await query(url, `alter database ${name} set synchronous_commit = on`);
    all = [0, 1, 2].map(() => new Replica({ ...settings, PRAETOR_DATABASE_URL: url }));
    // Started concurrently: one of them creates the tables.
    await Promise.all(all.map((each) => each.start()));
  }, 60_000);
  afterAll(async () => {
    await Promise.all(all.map((each) => each.kill("SIGTERM")));
    await server.stop();
  }, 60_000);

  test("scheduled runs are created once, and runs that are not started are marked late once", async () => {
    const flow_id = await flow("scheduled");
    const made = await Promise.all(
      [0, 1, 2, 3, 4, 5].map((n) =>
        call(n).call(deployments.create, {
          ...{ name: `every-${n}`, flow_id },
          schedules: [{ schedule: { interval: 1800, anchor_date: "2026-01-01T00:00:00Z" } }],
        }),
      ),
    );
    const past = timestamp(Date.now() - 60_000);
    const late = await Promise.all(
      [0, 1, 2, 3].map((n) =>
        call(n).call(flowRuns.create, {
          flow_id,
          state: { type: "SCHEDULED", state_details: { scheduled_time: past } },
        }),
      ),
    );
    const names = () =>
      Promise.all(late.map(async ({ id }, n) => (await call(n + 1).call(flowRuns.read, { id })).state_name));
    await expect.poll(names, patience).toEqual(late.map(() => "Late"));
    const planned = async (at: number) => {
      const ids = made.map(({ id }) => id);
      const runs = await call(at).call(flowRuns.filter, {
        flow_runs: { deployment_id: { any_: ids } },
        limit: 200,
        offset: 0,
      });
      return runs.map((run) => `${run.deployment_id} ${run.expected_start_time}`);
    };
    const enough = async () => new Set((await planned(0)).map((text) => text.split(" ")[0])).size;
    await expect.poll(enough, patience).toBe(made.length);
    // Each replica looks for late runs every five seconds.
    await sleep(5500);
    const runs = await planned(0);
    expect(new Set(runs).size).toBe(runs.length);
    expect((await planned(1)).toSorted()).toEqual(runs.toSorted());
    const history = await states(
      url,
      late.map(({ id }) => id),
    );
    expect(history.filter(({ name }) => name === "Late")).toHaveLength(late.length);
  }, 60_000);

  test("a dashboard at any replica receives changes made through the others, in one order", async () => {
    const ears = await Promise.all(all.map((each) => listen(each)));
    for (let n = 0; n < 9; n += 1) await call(n).call(flows.create, { name: `heard-${n}` });
    const expected = Array.from({ length: 9 }, (_, n) => `heard-${n}`);
    for (const ear of ears) await expect.poll(() => ear.names(), patience).toEqual(expected);
    for (const ear of ears) ear.close();
  }, 60_000);

  test("a background run goes to one task worker, at any replica", async () => {
    const input: string[] = [];
    const workers = await Promise.all(
      all.map(async (each) => {
        const ear = await connectSocket(each.socket("/task_runs/subscriptions/scheduled"));
        ear.socket.on("message", (data) => {
          input.push(JSON.parse(String(data)).id);
          ear.say({ type: "ack" });
        });
        ear.say({ type: "subscribe", keys: ["shared"], client_id: "me" });
        return ear;
      }),
    );
    const made: string[] = [];
    for (let n = 0; n < 12; n += 1) {
      const run = { task_key: "shared", dynamic_key: `${n}` };
      const state = { type: "SCHEDULED" as const, state_details: { deferred: true } };
      made.push((await call(0).call(taskRuns.create, { ...run, state })).id);
    }
    await expect.poll(() => input.length, patience).toBeGreaterThanOrEqual(made.length);
    await sleep(2500);
    expect(input.toSorted()).toEqual(made.toSorted());
    for (const ear of workers) ear.socket.close();
  }, 60_000);

  test("a CSRF token of one replica is valid at the others", async () => {
    const { token, client } = await call(0).call(admin.csrfToken, { client: "me" });
    const headers = { "prefect-csrf-token": token, "prefect-csrf-client": client };
    for (const { api } of all) {
      const body = JSON.stringify({ name: "with-token" });
      const { ok } = await fetch(`${api}/flows/`, { method: "POST", body, headers });
      expect(ok).toBe(true);
      expect((await fetch(`${api}/flows/`, { method: "POST", body })).status).toBe(403);
    }
  });

  test("replicas killed at any moment lose no acknowledged write and duplicate none", async () => {
    const writers = writersOf((at) => replica(at), await flow("killed"));
    for (const at of [0, 1, 2]) {
      await sleep(200 + Math.random() * 400);
      await replica(at).kill();
      await replica(at).start();
    }
    await assertKept(url, await writers.stop());
  }, 60_000);

  test("replicas recover from cut connections and a database crash", async () => {
    const ear = await listen(replica(2));
    const writers = writersOf((at) => replica(at), await flow("cut"));
    await sleep(300);
    await query(
      url,
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'praetor%'",
    );
    await sleep(500);
    await crash(url);
    const isReady = () => Promise.all(all.map((each) => each.isReady()));
    await expect.poll(isReady, patience).toEqual([true, true, true]);
    await sleep(300);
    await assertKept(url, await writers.stop());
    await call(0).call(flows.create, { name: "heard-again" });
    await expect.poll(() => ear.names(), patience).toEqual(["heard-again"]);
    ear.close();
  }, 60_000);

  test("a replica without its database reports that, and misses nothing after reconnecting", async () => {
    const way = new CuttableProxy(Number(new URL(networkUrl).port));
    const through = new URL(networkUrl);
    through.port = String(await way.listen());
    const alone = new Replica({ ...settings, PRAETOR_DATABASE_URL: through.href });
    onTestFinished(async () => {
      await alone.kill();
      way.close();
    });
    await alone.start();
    const [cutOff, other] = [await listen(alone), await listen(replica(0))];
    const expected: string[] = [];
    const create = async ({ client }: Replica) => {
      const name = `heard-apart-${expected.length}`;
      await client.call(flows.create, { name });
      expected.push(name);
    };
    for (const each of [alone, replica(0), alone]) await create(each);
    const writers = writersOf((at) => (at % 2 === 0 ? alone : replica(at)), await flow("off"));
    await expect.poll(() => cutOff.names(), patience).toEqual(expected);
    for (let round = 0; round < 3; round += 1) {
      way.cut();
      await expect.poll(() => alone.isReady(), patience).toBe(false);
      // Restarting it would not help.
      expect(await alone.client.call(admin.health, {})).toBe(true);
      const refused = alone.client.call(flows.create, { name: `refused-${round}` });
      await expect(refused).rejects.toMatchObject({ status: 503 });
      for (const each of [replica(0), replica(1)]) await create(each);
      expect(cutOff.names()).toHaveLength(expected.length - 2);
      way.mend();
      await expect.poll(() => alone.isReady(), patience).toBe(true);
      await create(alone);
      for (const ear of [cutOff, other]) await expect.poll(() => ear.names(), patience).toEqual(expected);
    }
    await assertKept(url, await writers.stop());
    for (const ear of [cutOff, other]) ear.close();
  }, 60_000);
}

interface Listening {
  names(): string[];
  close(): void;
}

/** The flows that a dashboard receives. */
async function listen(replica: Replica): Promise<Listening> {
  const ear: SocketClient = await connectSocket(replica.socket("/praetor/live"));
  const received: string[] = [];
  ear.socket.on("message", (data) => {
    const { changes = [] }: { changes?: { row: { name: string } }[] } = JSON.parse(String(data));
    for (const { row } of changes) if (row.name.startsWith("heard-")) received.push(row.name);
  });
  ear.say({ type: "subscribe", scopes: [{ noun: "flows" }], since: null });
  await ear.receive();
  return { names: () => received, close: () => ear.socket.close() };
}

/** Acknowledged writes: created runs by key, and the states set. */
interface Acknowledged {
  keys: Set<string>;
  runs: Map<string, string>;
  states: Set<string>;
}

type Patiently = <T>(work: (replica: Replica) => Promise<T>) => Promise<T>;

/** Tries the replicas one after the other until one answers. */
function patientWith(replica: (at: number) => Replica): Patiently {
  let turn = 0;
  return async (work) => {
    for (;;) {
      turn += 1;
      try {
        return await work(replica(turn));
      } catch (error) {
        if (isFinalAnswer(error)) throw error;
        await sleep(20);
      }
    }
  };
}

/** Clients that keep creating and starting runs; failures are retried at another replica. */
function writersOf(replica: (at: number) => Replica, flow_id: string) {
  const reported: Acknowledged = { keys: new Set(), runs: new Map(), states: new Set() };
  let isStopped = false;
  const patiently = patientWith(replica);
  const write = async (writer: number) => {
    for (let n = 0; !isStopped; n += 1) {
      const key = `${flow_id} ${writer}-${n}`;
      reported.keys.add(key);
      const create = { flow_id, idempotency_key: key, name: key, state: { type: "PENDING" as const } };
      const { id } = await patiently(({ client }) => client.call(flowRuns.create, create));
      reported.runs.set(key, id);
      const state = { type: "RUNNING" as const };
      const answer = await patiently(({ client }) =>
        client.call(flowRuns.setState, { id, state, force: true }),
      );
      if (answer.state?.id) reported.states.add(answer.state.id);
    }
  };
  const writing = Promise.all([0, 1, 2, 3].map(write));
  return {
    async stop(): Promise<Acknowledged> {
      isStopped = true;
      await writing;
      return reported;
    },
  };
}

const isFinalAnswer = (error: unknown): boolean =>
  error instanceof Error && "status" in error && error.status !== 0 && error.status !== 503;

async function assertKept(url: string, { keys, runs, states }: Acknowledged): Promise<void> {
  const rows = await query(url, "select id, idempotency_key from flow_run where idempotency_key = any($1)", [
    [...keys],
  ]);
  const found = new Map(rows.map(({ id, idempotency_key }) => [String(idempotency_key), String(id)]));
  expect(found.size).toBe(rows.length);
  expect(runs.size).toBeGreaterThan(3);
  for (const [key, id] of runs) expect(found.get(key)).toBe(id);
  const kept = await query(url, "select id from flow_run_state where id = any($1)", [[...states]]);
  expect(kept).toHaveLength(states.size);
  const log = await query(url, "select seq, ids from change order by seq");
  let last = 0;
  for (const { seq, ids } of log) {
    const count = String(ids).split(" ").length;
    if (last > 0) expect(Number(seq)).toBe(last + count);
    last = Number(seq);
  }
}

const states = (url: string, ids: string[]) =>
  query(url, "select name from flow_run_state where flow_run_id = any($1)", [ids]);

async function query(url: string, text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  const admin = new Admin({ connectionString: url });
  await admin.connect();
  try {
    return (await admin.query(text, values)).rows;
  } finally {
    await admin.end();
  }
}

/** When one of its processes dies, PostgreSQL recovers as after a loss of power. */
async function crash(url: string): Promise<void> {
  const admin = new Admin({ connectionString: url });
  admin.on("error", () => undefined);
  await admin.connect();
  const { rows } = await admin.query("select pg_backend_pid() as pid");
  process.kill(rows[0].pid, "SIGKILL");
  await admin.end().catch(() => undefined);
}
