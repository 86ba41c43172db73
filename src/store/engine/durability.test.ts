import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openStore } from "../store.ts";

const folder = mkdtempSync(join(tmpdir(), "praetor-kill-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const urlOf = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);

/** Writes continuously and prints acknowledged writes: `s <state id>` of a run, `e <event id>` of an event. */
const writer = (path: string) => `
  import { openStore } from ${urlOf("../store.ts")};
  import { makeFlow, makeRun, stateOf, taskEvent } from ${urlOf("../../testing/store-writer.ts")};
  const store = await openStore({ path: ${JSON.stringify(path)} });
  const clock = { now: Date.now, time: () => new Date().toISOString().replace("Z", "000Z") };
  const flow = await makeFlow({ store, clock });
  async function runs() {
    for (;;) {
      const run = await makeRun({ store, clock }, flow, {}, stateOf(clock, "RUNNING"));
      console.log("s " + run.state_id);
    }
  }
  async function events() {
    for (;;) {
      const some = Array.from({ length: 20 }, () =>
        taskEvent({ taskRunId: crypto.randomUUID(), type: "RUNNING", occurred: clock.time(), id: crypto.randomUUID() }));
      await store.ingest(some);
      for (const event of some) console.log("e " + event.id);
    }
  }
  await Promise.all([runs(), events()]);`;

async function killedAfter(path: string, ms: number): Promise<string[]> {
  const child: ChildProcess = spawn(
    process.execPath,
    ["--input-type=module-typescript", "--eval", writer(path)],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  let printed = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
  });
  if (child.stdout) await once(child.stdout, "data");
  await new Promise((resolve) => setTimeout(resolve, ms));
  child.kill("SIGKILL");
  await once(child, "close");
  return printed.split("\n").slice(0, -1);
}

test("acknowledged writes survive a kill -9 at any moment", async () => {
  for (let round = 0; round < 4; round += 1) {
    const path = join(folder, `${round}.db`);
    const lines = await killedAfter(path, Math.random() * 250);
    const acknowledged = (kind: string) =>
      lines.filter((line) => line.startsWith(kind)).map((line) => line.slice(2));
    const store = await openStore({ path });
    const states = await Promise.all(acknowledged("s").map((id) => store.flowRunStates.read(id)));
    expect(states.filter((state) => state === undefined)).toEqual([]);
    const tasks = await Promise.all(acknowledged("e").map((id) => store.taskRunStates.read(id)));
    expect(tasks.filter((state) => state === undefined)).toEqual([]);
    expect(lines.length).toBeGreaterThan(0);
    await store.close();
  }
}, 60_000);
