import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { flowRuns } from "../schema/flow-runs.ts";
import { taskRuns } from "../schema/task-runs.ts";
import { makeFolder, runScript, type ServerProcess, startServerProcess } from "../testing/scripts.ts";

// Starting processes takes time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const folder = makeFolder();
let server: ServerProcess;
beforeAll(async () => {
  server = await startServerProcess(`${folder.path}/server`);
});
afterAll(async () => {
  await server.stop();
  folder.remove();
});

const run = (code: string, env: NodeJS.ProcessEnv = {}) =>
  runScript(folder.path, code, { env: { PRAETOR_API_URL: `${server.url}/api`, ...env } });

async function statesOf(flow: string) {
  const flows = { name: { any_: [flow] } };
  const [flowRun] = await server.client.call(flowRuns.filter, { flows });
  const tasks = await server.client.call(taskRuns.filter, { flows });
  return { flowRun, tasks: tasks.map((one) => one.state_name).toSorted() };
}

/** A flow with a subflow and tasks, none of which ends. */
const endless = (name: string) => `
  import { flow, task } from "praetor-flow";
  const wait = task({ name: "wait" }, async (n: number) => {
    if (n === 5) console.log("READY");
    if (n > 1) await new Promise((resolve) => setTimeout(resolve, 60_000));
  });
  const note = (what: string) => () => console.log(what);
  const inner = flow({ name: "${name}-inner" }, async () => void (await wait(5)));
  const outer = flow(
    { name: "${name}", taskConcurrency: 2, onCrashed: note("HOOK crashed"), onCancellation: note("HOOK cancelled"), grace: "100ms" },
    async () => {
      await wait.map([1, 2, 3, 4])[0]?.wait();
      await inner();
    },
  );
  await outer();
`;

test("SIGTERM without a cancel request crashes the run, its tasks and its subflows, and runs the hook once", async () => {
  const script = run(endless("crash"));
  await script.until("READY");
  script.child.kill("SIGTERM");
  expect(await script.ended).toBe(143);
  const { flowRun, tasks } = await statesOf("crash");
  expect(flowRun?.state).toMatchObject({ type: "CRASHED", message: "The process was ended by SIGTERM." });
  expect(tasks).toEqual(["Completed", "Crashed", "Crashed", "Crashed", "Crashed"]);
  expect(await statesOf("crash-inner")).toMatchObject({
    flowRun: { state_type: "CRASHED" },
    tasks: ["Crashed"],
  });
  expect(script.output().match(/HOOK \w+/g)).toEqual(["HOOK crashed"]);
});

test("a cancel request ends the run, its tasks and its subflows as cancelled", async () => {
  const script = run(endless("cancel"));
  await script.until("READY");
  const { flowRun } = await statesOf("cancel");
  await server.client.call(flowRuns.setState, { id: flowRun?.id ?? "", state: { type: "CANCELLING" } });
  expect(await script.ended).toBe(1);
  const after = await statesOf("cancel");
  expect(after.flowRun?.state_type).toBe("CANCELLED");
  expect(after.tasks).toEqual(["Cancelled", "Cancelled", "Cancelled", "Cancelled", "Completed"]);
  expect((await statesOf("cancel-inner")).flowRun?.state_type).toBe("CANCELLED");
  expect(script.output().match(/HOOK \w+/g)).toEqual(["HOOK cancelled"]);
});

test("SIGTERM after a cancel request cancels", async () => {
  const script = run(endless("both").replace('grace: "100ms"', "grace: 60"));
  await script.until("READY");
  const { flowRun } = await statesOf("both");
  await server.client.call(flowRuns.setState, { id: flowRun?.id ?? "", state: { type: "CANCELLING" } });
  script.child.kill("SIGTERM");
  expect(await script.ended).toBe(143);
  expect((await statesOf("both")).flowRun?.state_type).toBe("CANCELLED");
  expect(script.output().match(/HOOK \w+/g)).toEqual(["HOOK cancelled"]);
});

/** A transport on which creating some flow runs blocks until `go` is called. */
async function slowWay(isSlow: (body: string) => boolean) {
  let go = () => {};
  let came = false;
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  const proxy = createServer(async (incoming, outgoing) => {
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part);
    const body = Buffer.concat(parts);
    const { method = "GET", url = "" } = incoming;
    const answer = await fetch(server.url + url, { method, ...(method === "GET" ? {} : { body }) });
    const text = await answer.text();
    if (url === "/api/flow_runs/" && isSlow(String(body))) {
      came = true;
      await gate;
    }
    outgoing.writeHead(answer.status, { "content-type": "application/json" }).end(text);
  });
  proxy.on("upgrade", ({ url, rawHeaders }, socket, head) => {
    const lines = rawHeaders.map((text, at) => (at % 2 === 0 ? `\r\n${text}: ` : text)).join("");
    const onward = connect(Number(new URL(server.url).port), "127.0.0.1");
    onward.write(`GET ${url} HTTP/1.1${lines}\r\n\r\n`);
    onward.write(head);
    socket.pipe(onward).pipe(socket);
    for (const end of [socket, onward]) end.on("error", () => {});
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  onTestFinished(() => void proxy.close().closeAllConnections());
  const address = proxy.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return { env: { PRAETOR_API_URL: `http://127.0.0.1:${port}/api` }, go: () => go(), came: () => came };
}

test.each(["flow", "task"])(
  "a subflow that a %s is starting when SIGTERM comes ends with its parent",
  async (kind) => {
    const [outer, inner] = [`starting-in-${kind}`, `started-by-${kind}`];
    const way = await slowWay((body) => body.includes(`${outer}-sub`));
    const script = run(
      `
      import { flow, task } from "praetor-flow";
      const inner = flow({ name: "${inner}", runName: "${outer}-sub" }, async () => console.log("BODY"));
      const step = task({ name: "step" }, () => inner());
      await flow({ name: "${outer}" }, () => ${kind === "flow" ? "inner()" : "step()"})();
    `,
      way.env,
    );
    await expect.poll(way.came, { timeout: 30_000 }).toBe(true);
    script.child.kill("SIGTERM");
    // The parent is asked to stop before the response arrives.
    await sleep(300);
    way.go();
    expect(await script.ended).toBe(143);
    expect(script.output()).not.toContain("BODY");
    const parent = await statesOf(outer);
    expect(parent.flowRun?.state_name).toBe("Crashed");
    expect(new Set(parent.tasks)).toEqual(new Set(["Crashed"]));
    const { flowRun } = await statesOf(inner);
    expect(flowRun).toMatchObject({ state_name: "Crashed", run_count: 0 });
  },
);

test("a flow that is starting when SIGTERM comes crashes, and does not begin", async () => {
  const way = await slowWay((body) => body.includes("root-run"));
  const script = run(
    `
      import { flow } from "praetor-flow";
      await flow({ name: "starting-root", runName: "root-run" }, async () => console.log("BODY"))();
    `,
    way.env,
  );
  await expect.poll(way.came, { timeout: 30_000 }).toBe(true);
  script.child.kill("SIGTERM");
  await sleep(300);
  way.go();
  expect(await script.ended).toBe(143);
  expect(script.output()).not.toContain("BODY");
  expect((await statesOf("starting-root")).flowRun).toMatchObject({ state_name: "Crashed", run_count: 0 });
});

test("SIGTERM between two attempts crashes the run, which does not begin again", async () => {
  const script = run(`
    import { flow } from "praetor-flow";
    const body = async () => { console.log("BODY"); throw new Error("no"); };
    await flow({ name: "between", retries: 1, retryDelay: "1m" }, body)();
  `);
  const state = async () => (await statesOf("between")).flowRun?.state_name;
  await expect.poll(state, { timeout: 30_000 }).toBe("AwaitingRetry");
  script.child.kill("SIGTERM");
  expect(await script.ended).toBe(143);
  expect(script.output().match(/BODY/g)).toHaveLength(1);
  expect((await statesOf("between")).flowRun).toMatchObject({ state_name: "Crashed", run_count: 1 });
});

test("an uncaught error crashes the run with its cause, and the process fails", async () => {
  const script = run(`
    import { flow } from "praetor-flow";
    await flow({ name: "uncaught" }, async () => {
      setTimeout(() => { throw new RangeError("out of nowhere"); }, 20);
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    })();
  `);
  expect(await script.ended).toBe(1);
  const { flowRun } = await statesOf("uncaught");
  expect(flowRun?.state).toMatchObject({
    type: "CRASHED",
    message: expect.stringContaining("RangeError: out of nowhere"),
  });
  expect(script.output()).toContain("out of nowhere");
});

test("a run continues when the reader of its output is gone", async () => {
  const script = run(`
    import { flow, runLogger } from "praetor-flow";
    await flow({ name: "unread" }, async () => {
      console.log("READY");
      for (let second = 0; second < 20; second += 1) {
        runLogger().info("still here");
        console.log("still here");
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    })();
  `);
  await script.until("READY");
  script.child.stdout?.destroy();
  script.child.stderr?.destroy();
  expect(await script.ended).toBe(0);
  expect((await statesOf("unread")).flowRun?.state_type).toBe("COMPLETED");
});

test("the process ends by itself when its flows are over, and leaves signals to other handlers", async () => {
  const script = run(`
    import { flow, task } from "praetor-flow";
    const one = task(async () => 1);
    await flow({ name: "over" }, () => one.submit())();
    await one();
    one.submit();
    console.log("listeners", process.listenerCount("SIGTERM"), process.listenerCount("uncaughtException"));
    process.once("exit", () => console.log("uptime", process.uptime()));
  `);
  expect(await script.ended).toBe(0);
  expect(Number(/uptime ([\d.]+)/.exec(script.output())?.[1])).toBeLessThan(10);
  expect((await statesOf("over")).tasks).toEqual(["Completed"]);
});

test("without a server, the script starts one: it records, ends by itself and releases the database", async () => {
  const code = `
    import { flow, task } from "praetor-flow";
    const one = task(async () => 1);
    console.log("RESULT", await flow({ name: "alone" }, () => one.submit())());
  `;
  for (const _ of [1, 2]) {
    const script = runScript(folder.path, code);
    expect(await script.ended).toBe(0);
    expect(script.output()).toContain("RESULT 1");
  }
  const own = await startServerProcess(`${folder.path}/home`);
  const runs = await own.client.call(flowRuns.filter, { flows: { name: { any_: ["alone"] } } });
  expect(runs.map((one) => one.state_type)).toEqual(["COMPLETED", "COMPLETED"]);
  const found = runScript(folder.path, code.replace("alone", "found"));
  expect(await found.ended).toBe(0);
  expect(await own.client.call(flowRuns.count, { flows: { name: { any_: ["found"] } } })).toBe(1);
  await own.stop();
});

test("PRAETOR_DISABLED=1 makes plain functions of flows and tasks", async () => {
  const code = `
    import { flow, task } from "praetor-flow";
    const double = task((value: number) => value * 2);
    const main = flow({ name: "disabled" }, async () => [await double(1), await double.submit(2).result(), (await double.map([3]).result())[0]]);
    console.log("RESULT", JSON.stringify(await main()), (await main.with({ returnState: true })()).name);
  `;
  const script = run(code, { PRAETOR_DISABLED: "1" });
  expect(await script.ended).toBe(0);
  expect(script.output()).toContain("RESULT [2,4,6] Completed");
  expect((await statesOf("disabled")).flowRun).toBeUndefined();
});
