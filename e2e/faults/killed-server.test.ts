import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { flowRuns } from "../../src/schema/flow-runs.ts";
import { flows } from "../../src/schema/flows.ts";
import { Replica } from "../../src/testing/replicas.ts";
import { scaled } from "./scale.ts";

const kills = scaled(2, 30);
const writers = 8;

test(`no acknowledged state is lost in ${kills} kills of the server`, {
  timeout: kills * 30_000,
}, async () => {
  const home = mkdtempSync(join(tmpdir(), "praetor-kills-"));
  const server = new Replica({ PRAETOR_HOME: home, PRAETOR_LOG_LEVEL: "silent" });
  onTestFinished(async () => {
    await server.kill();
    rmSync(home, { recursive: true, force: true });
  });
  for (let kill = 0; kill < kills; kill++) {
    await server.start();
    const acknowledged = new Map<string, string>();
    const written = Promise.all(Array.from({ length: writers }, () => write(server, acknowledged)));
    await expect.poll(() => acknowledged.size, { timeout: 20_000 }).toBeGreaterThan(50);
    await sleep(Math.random() * 100);
    await server.kill();
    await written;
    await server.start();
    for (const [id, stateId] of acknowledged) {
      expect((await server.client.call(flowRuns.read, { id })).state_id).toBe(stateId);
    }
    await server.kill("SIGTERM");
  }
});

/** Creates runs and moves each to Running until the server is killed; records the responses. */
async function write({ client }: Replica, acknowledged: Map<string, string>): Promise<void> {
  try {
    const flow = await client.call(flows.create, { name: "written" });
    for (;;) {
      const { id } = await client.call(flowRuns.create, { flow_id: flow.id });
      const { state } = await client.call(flowRuns.setState, { id, state: { type: "RUNNING" } });
      if (state) acknowledged.set(id, state.id);
    }
  } catch {
    // The server was killed: everything acknowledged must be stored.
  }
}
