import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { concurrency, flow, rateLimit, runContext, SlotTimeoutError, tags, task } from "../index.ts";
import { concurrencyLimits, tagLimits } from "../schema/concurrency-limits.ts";
import { type RunRecord, recordInWorld } from "../testing/run-records.ts";
import { session } from "./session.ts";

let recorded: RunRecord;
beforeAll(async () => {
  recorded = await recordInWorld();
  // Before the first task: a limit created later takes effect a few seconds later.
  for (const [tag, concurrency_limit] of Object.entries({ db: 2, night: 1, closed: 0 }))
    await recorded.world.call(tagLimits.create, { tag, concurrency_limit });
});
afterAll(() => recorded.close());
afterEach(() => {
  vi.useRealTimers();
});

const makeLimit = (name: string, limit: number, slot_decay_per_second = 0) =>
  recorded.world.call(concurrencyLimits.create, { name, limit, slot_decay_per_second });
const taken = async (name: string) =>
  (await recorded.world.call(concurrencyLimits.read, { id_or_name: name })).active_slots;

/** Counts how many calls run at the same time. */
function turnstile() {
  let inside = 0;
  const seen = { most: 0 };
  return {
    seen,
    async pass(ms: number) {
      inside++;
      seen.most = Math.max(seen.most, inside);
      await sleep(ms);
      inside--;
    },
  };
}

test("no more tasks with a tag run at once than its limit allows, and waiting tasks report it", async () => {
  const { pass, seen } = turnstile();
  const query = task({ name: "query", tags: ["db"] }, (_: number) => pass(60));
  await flow({ name: "queries" }, async () => {
    await query.map(Array.from({ length: 7 }, (_, n) => n)).result();
  })();
  expect(seen.most).toBe(2);
  const runs = await recorded.taskRuns("queries");
  const histories = await Promise.all(runs.map((run) => recorded.history(run)));
  const straight = ["Pending", "Running", "Completed"];
  const waited = ["Pending", "AwaitingConcurrencySlot", "Running", "Completed"];
  expect(histories.filter((names) => names.length === 3)).toEqual([straight, straight]);
  expect(histories.filter((names) => names.length === 4)).toEqual(Array(5).fill(waited));
  expect(await taken("tag:db")).toBe(0);
});

test("tags of the scope count, each retry takes a slot again, and a failure releases it", async () => {
  let attempts = 0;
  const fragile = task({ name: "fragile", retries: 1 }, async () => {
    expect(await taken("tag:night")).toBe(1);
    attempts++;
    throw new Error("no");
  });
  const main = flow({ name: "nightly" }, () => tags("night", () => fragile()));
  await expect(main()).rejects.toThrow("no");
  expect(attempts).toBe(2);
  expect(await taken("tag:night")).toBe(0);
});

test("a tag whose limit is 0 fails its tasks instead of letting them wait", async () => {
  const main = flow({ name: "closed" }, () => task({ name: "in", tags: ["closed"] }, () => 1)());
  await expect(main()).rejects.toThrow(/limit/i);
});

test("tasks whose tags have no limit do not ask the server for each of their runs", async () => {
  const { client } = await session();
  const call = vi.spyOn(client, "call");
  const tagged = task({ name: "tagged", tags: ["free"] }, (n: number) => n);
  await flow({ name: "free" }, async () => {
    await tagged.map(Array.from({ length: 50 }, (_, n) => n)).result();
  })();
  const routes = call.mock.calls.map(([route]) => `${route.noun}.${route.name}`);
  expect(routes.filter((name) => name.includes("limits")).length).toBeLessThan(2);
  call.mockRestore();
});

test("a slot is held until its scope, or the function it is passed to, ends", async () => {
  await makeLimit("pool", 3);
  const main = flow({ name: "holding" }, async () => {
    {
      await using lease = await concurrency("pool", { occupy: 2 });
      expect(lease.names).toEqual(["pool"]);
      expect(await taken("pool")).toBe(2);
    }
    expect(await taken("pool")).toBe(0);
    return concurrency("pool", {}, async () => taken("pool"));
  });
  expect(await main()).toBe(1);
  expect(await taken("pool")).toBe(0);
});

test("callers without a free slot wait in order, also within one run", async () => {
  await makeLimit("door", 1);
  const { pass, seen } = turnstile();
  await flow({ name: "door" }, async () => {
    await Promise.all(Array.from({ length: 5 }, () => concurrency("door", {}, () => pass(20))));
  })();
  expect(seen.most).toBe(1);
  expect(await recorded.log("door")).toContain("Waiting for a slot of 'door'");
});

test("waiting ends at its timeout, and when the run is asked to stop", async () => {
  await makeLimit("full", 1);
  await using _ = await concurrency("full");
  const late = flow({ name: "late" }, () => concurrency("full", { timeout: "200ms" }));
  await expect(late()).rejects.toThrow(new SlotTimeoutError(["full"]));
  const stopped = flow({ name: "stopped", timeout: "300ms" }, () => concurrency("full"));
  await expect(stopped()).rejects.toThrow(/exceeded|TimedOut/);
});

test("a revoked lease ends the run that held it", async () => {
  await makeLimit("taken-away", 1);
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  const { client } = await session();
  const call = vi.spyOn(client, "call");
  const main = flow({ name: "dispossessed" }, async () => {
    const lease = await concurrency("taken-away", { lease: "1m" });
    const granted = await call.mock.results.at(-1)?.value;
    await recorded.world.call(concurrencyLimits.decrementWithLease, { lease_id: granted.lease_id });
    const aborted = new Promise((resolve) => runContext().signal.addEventListener("abort", resolve));
    vi.advanceTimersByTime(45_000);
    await aborted;
    expect(lease.signal.aborted).toBe(true);
  });
  await expect(main()).rejects.toThrow(/The slots of 'taken-away' were lost/);
  expect((await recorded.flowRun("dispossessed")).state_type).toBe("CRASHED");
  call.mockRestore();
});

test("a rate limit is observed", async () => {
  await makeLimit("api", 2, 20);
  const since = performance.now();
  await flow({ name: "rated" }, async () => {
    for (let n = 0; n < 6; n++) await rateLimit("api");
  })();
  expect(performance.now() - since).toBeGreaterThan(150);
});

test("a missing limit limits nothing and logs a warning; with `strict` it is an error", async () => {
  const main = flow({ name: "unlimited" }, async () => {
    await using _ = await concurrency("nowhere");
    await concurrency("nowhere", { strict: true });
  });
  await expect(main()).rejects.toThrow("No active concurrency limit 'nowhere'");
  expect(await recorded.log("unlimited")).toContain(
    "No active concurrency limit 'nowhere': continuing without a limit.",
  );
});
