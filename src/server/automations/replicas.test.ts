import { createServer, type Server } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { Client as Admin } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { automations } from "../../schema/automations.ts";
import { blockDocuments } from "../../schema/block-documents.ts";
import { blockSchemas } from "../../schema/block-schemas.ts";
import { blockTypes } from "../../schema/block-types.ts";
import { deployments } from "../../schema/deployments.ts";
import { flows } from "../../schema/flows.ts";
import { newId } from "../../schema/ids.ts";
import { timestamp } from "../../schema/scalars.ts";
import { describeOnPostgres } from "../../testing/postgres-databases.ts";
import { Replica } from "../../testing/replicas.ts";

// Processes are killed while automations fire: at random moments, and during a call.

const sales = 60;
const patience = { timeout: 60_000, interval: 200 };

await describeOnPostgres("automations of three replicas that are killed", (databases) => {
  let all: Replica[] = [];
  let database: Admin;
  const receiver = new Receiver();
  const replica = (at: number): Replica => {
    const found = all[at % all.length];
    if (!found) throw new Error("The replicas run only inside a test.");
    return found;
  };

  beforeAll(async () => {
    const { url } = await databases.create();
    database = new Admin({ connectionString: url });
    await database.connect();
    const settings = { PRAETOR_DATABASE_URL: url, PRAETOR_LOG_LEVEL: "silent" };
    all = [0, 1, 2].map(() => new Replica({ ...settings, PRAETOR_ENCRYPTION_KEY: "the key of the tests" }));
    await Promise.all(all.map((each) => each.start()));
    await receiver.listen();
  }, 60_000);
  afterAll(async () => {
    await Promise.all(all.map((each) => each.kill("SIGTERM")));
    await database.end();
    receiver.close();
  }, 60_000);

  async function automate(): Promise<string> {
    const { client } = replica(0);
    const flow = await client.call(flows.create, { name: "target" });
    const deployment = await client.call(deployments.create, { name: "d", flow_id: flow.id });
    const type = await client.call(blockTypes.readBySlug, { slug: "webhook" });
    const wanted = { block_type_id: { any_: [type.id] } };
    const [schema] = await client.call(blockSchemas.filter, { block_schemas: wanted });
    const block = await client.call(blockDocuments.create, {
      ...{ name: "hook", block_type_id: type.id, block_schema_id: String(schema?.id) },
      data: { method: "POST", url: receiver.url, allow_private_urls: true },
    });
    const input = automations.create.input.parse({
      name: "a",
      trigger: { posture: "Reactive", expect: ["sold"] },
      actions: [
        { type: "run-deployment", deployment_id: deployment.id },
        { type: "call-webhook", block_document_id: block.id, payload: "{{ event.id }}" },
      ],
    });
    await client.call(automations.create, input);
    return deployment.id;
  }

  /** Sends a sale until a replica acknowledges it. */
  async function sell(id: string): Promise<void> {
    const event = { id, occurred: timestamp(Date.now()), event: "sold", payload: {}, related: [] };
    const body = JSON.stringify([{ ...event, resource: { "prefect.resource.id": "shop.1" } }]);
    for (let at = 0; ; at += 1) {
      const answer = await fetch(`${replica(at).api}/events`, { method: "POST", body }).catch(
        () => undefined,
      );
      if (answer?.ok) return;
      await sleep(20);
    }
  }

  const rows = async (text: string, values: unknown[] = []): Promise<Record<string, string>[]> =>
    (await database.query(text, values)).rows;
  const reported = async (name: string) =>
    (await rows("select payload from event where event = $1", [name])).map(({ payload }) =>
      JSON.parse(String(payload)),
    );

  test("each occurrence fires once and creates one run; a call may be repeated under the same key", async () => {
    const deploymentId = await automate();
    // Between a call and the record of its answer: the caller is among the killed.
    const ended = receiver.onCall(10).then(() => Promise.all(all.map((each) => each.kill())));
    const ids = Array.from({ length: sales }, () => newId());
    const selling = (async () => {
      for (const id of ids) {
        await sell(id);
        await sleep(Math.random() * 60);
      }
    })();
    await ended;
    await Promise.all(all.map((each) => each.start()));
    for (const at of [0, 1, 2, 0, 1, 2]) {
      await sleep(Math.random() * 400);
      await replica(at).kill();
      await replica(at).start();
    }
    await selling;
    const left = async () =>
      Number((await rows("select count(*) as n from automation_task where attempts = 0"))[0]?.n);
    const triggered = () => reported("prefect.automation.triggered");
    await expect.poll(async () => (await triggered()).length, patience).toBe(sales);
    await expect.poll(left, patience).toBe(0);
    // Calls of killed callers are repeated after two minutes: the test skips that time.
    await sleep(1000);
    await database.query("update automation_task set due = created");
    const tasks = async () => Number((await rows("select count(*) as n from automation_task"))[0]?.n);
    await expect.poll(tasks, patience).toBe(0);

    const sold = ids.toSorted();
    const about = (await triggered()).map(({ triggering_event }) => triggering_event.id);
    expect(about.toSorted()).toEqual(sold);
    const runs = await rows("select id from flow_run where deployment_id = $1", [deploymentId]);
    expect(runs).toHaveLength(sales);
    expect(await reported("prefect.automation.action.executed")).toHaveLength(2 * sales);
    expect(await reported("prefect.automation.action.failed")).toEqual([]);
    expect([...receiver.calls.values()].toSorted()).toEqual(sold);
    expect(receiver.count).toBeGreaterThan(sales);
  }, 120_000);
});

/** The receiver: it answers slowly, so that callers can be killed meanwhile. */
class Receiver {
  /** Received calls by key: repetitions count once. */
  readonly calls = new Map<string, string>();
  count = 0;
  readonly #server: Server;
  #waiting: { at: number; done: () => void } | undefined;

  constructor() {
    this.#server = createServer(async (request, response) => {
      let text = "";
      for await (const part of request) text += part;
      this.count += 1;
      const key = String(request.headers["idempotency-key"]);
      expect([undefined, text]).toContain(this.calls.get(key));
      this.calls.set(key, text);
      const isAwaited = this.count === this.#waiting?.at;
      if (isAwaited) this.#waiting?.done();
      await sleep(isAwaited ? 2000 : Math.random() * 100);
      response.writeHead(200).end("thanks");
    });
  }

  /** Resolves while the call of that number waits for its answer. */
  onCall(at: number): Promise<void> {
    return new Promise((done) => {
      this.#waiting = { at, done };
    });
  }

  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/`;
  }

  listen(): Promise<void> {
    return new Promise((done) => this.#server.listen(0, "127.0.0.1", done));
  }

  close(): void {
    this.#server.close();
  }
}
