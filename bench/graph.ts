// The Run page with 1,000 and 10,000 task runs: from navigation and from the data to the drawn graph, and the cost of a
// step of panning or zooming. Needs the built dashboard (`node scripts/build.mjs` or `vite build`).
//
//   node bench/graph.ts [--sizes 1000,10000] [--shapes layers,fanOut]
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { CDPSession, Page } from "@playwright/test";
import { ApiError, type Client, createClient } from "../src/client/client.ts";
import { type EventCreate, events } from "../src/schema/events.ts";
import { type FlowRun, flowRuns } from "../src/schema/flow-runs.ts";
import { flows } from "../src/schema/flows.ts";
import { newId } from "../src/schema/ids.ts";
import { timestamp } from "../src/schema/scalars.ts";
import { ragged } from "../src/ui/graph/layout/arrays.ts";
import { layoutGraph } from "../src/ui/graph/layout/layout.ts";
import { launchBrowser, report, startServer } from "./harness.ts";

interface Task {
  key: string;
  parents: number[];
}

const shapes = {
  /** No two siblings are alike, so that none can be grouped: the worst case. */
  layers: (size: number): Task[] => {
    const wide = Math.round(Math.sqrt(size));
    return Array.from({ length: size }, (_, index) => {
      const before = (Math.floor(index / wide) - 1) * wide;
      const parents = before < 0 ? [] : [0, 1].map((step) => before + ((index * 7 + step * 13) % wide));
      return { key: `step-${index}`, parents };
    });
  },
  /** What `map` produces: two families. */
  fanOut: (size: number): Task[] => {
    const half = Math.floor(size / 2);
    return Array.from({ length: size }, (_, index) =>
      index < half ? { key: "extract", parents: [] } : { key: "load", parents: [index - half] },
    );
  },
};

const stepCount = 40;
const perRequest = 1500;
const mostAttempts = 20;
const { values: options } = parseArgs({
  options: {
    sizes: { type: "string", default: "1000,10000" },
    shapes: { type: "string", default: Object.keys(shapes).join() },
  },
});

const server = await startServer();
const client = createClient({ baseUrl: `${server.url}/api` });
const browser = await launchBrowser();
const figures: Record<string, object> = {};
for (const [shape, tasksOf] of Object.entries(shapes).filter(([name]) => options.shapes.includes(name)))
  for (const size of options.sizes.split(",").map(Number)) {
    const tasks = tasksOf(size);
    const run = await ingest(client, tasks);
    figures[`${shape} ${size}`] = { layoutCpu: layoutCpu(tasks), ...(await measure(run, size)) };
  }
report(
  "graph",
  { ...figures, unit: "ms" },
  { loaded: 4000, drawn: 1000, drawCpu: 1000, panCpu: 20, zoomCpu: 20, layoutCpu: 100 },
);
await browser.close();
await server.stop();

/** As an engine reports them: each task run goes from pending over running to completed, some fail. */
async function ingest(to: Client, tasks: readonly Task[]): Promise<FlowRun> {
  const flow = await to.call(flows.create, { name: `graph-${tasks.length}` });
  const run = await to.call(flowRuns.create, { flow_id: flow.id, state: { type: "RUNNING" } });
  const began = Date.now() - 60_000;
  const ids = tasks.map((_, index) => newId(began + index));
  const sent = tasks.flatMap((task, index) => lifeOf({ task, index, ids, run, began }));
  for (let from = 0; from < sent.length; from += perRequest)
    await patiently(() => to.call(events.create, { events: sent.slice(from, from + perRequest) }));
  await to.call(flowRuns.setState, { id: run.id, state: { type: "COMPLETED" } });
  return run;
}

/** A server that is busy refuses a request, or closes the connection while it is sent; events may be sent twice. */
async function patiently(send: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await send();
      return;
    } catch (error) {
      const isRefused = error instanceof ApiError && error.status < 500 && error.status !== 429;
      if (isRefused || attempt === mostAttempts) throw error;
      await sleep(attempt * 200);
    }
  }
}

interface Life {
  task: Task;
  index: number;
  ids: readonly string[];
  run: FlowRun;
  began: number;
}

function lifeOf({ task, index, ids, run, began }: Life): EventCreate[] {
  const end = index % 97 === 5 ? "FAILED" : "COMPLETED";
  const start = began + index * 3;
  const inputs = { rows: task.parents.map((parent) => ({ input_type: "task_run", id: ids[parent] ?? "" })) };
  return (["PENDING", "RUNNING", end] as const).map((type, step) => {
    const occurred = timestamp(start + step * 40);
    const name = type.charAt(0) + type.slice(1).toLowerCase();
    return {
      id: newId(start + step * 40),
      occurred,
      event: `prefect.task-run.${name}`,
      follows: null,
      resource: {
        "prefect.resource.id": `prefect.task-run.${ids[index]}`,
        "prefect.resource.name": `${task.key}-${index}`,
        "prefect.run-count": step === 0 ? "0" : "1",
        "prefect.state-message": "",
        "prefect.state-name": name,
        "prefect.state-timestamp": occurred,
        "prefect.state-type": type,
        "prefect.orchestration": "client",
      },
      related: [{ "prefect.resource.id": `prefect.flow-run.${run.id}`, "prefect.resource.role": "flow-run" }],
      payload: {
        intended: { from: null, to: type },
        initial_state: null,
        validated_state: { type, name },
        task_run: {
          name: `${task.key}-${index}`,
          task_key: task.key,
          dynamic_key: String(index),
          task_inputs: inputs,
          run_count: step === 0 ? 0 : 1,
          flow_run_run_count: 1,
          ...(step > 0 ? { start_time: timestamp(start + 40) } : {}),
          ...(step > 1 ? { end_time: occurred } : {}),
        },
      },
    };
  });
}

/** The layout alone, in plain Node: the best of five, because the first ones include compilation. */
function layoutCpu(tasks: readonly Task[]): number {
  const keys = new Map<string, number>();
  for (const { key } of tasks) keys.set(key, keys.get(key) ?? keys.size);
  const input = {
    count: tasks.length,
    parents: ragged(
      tasks.length,
      tasks.flatMap((task, index) => task.parents.map(() => index)),
      tasks.flatMap((task) => task.parents),
    ),
    within: new Int32Array(tasks.length).fill(-1),
    container: new Int32Array(tasks.length).fill(-1),
    key: Int32Array.from(tasks, (task) => keys.get(task.key) ?? 0),
  };
  const times = Array.from({ length: 5 }, () => {
    const before = process.cpuUsage();
    layoutGraph(input);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return Math.round(Math.min(...times));
}

async function measure(run: FlowRun, size: number) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const loaded = await timeToLoad(page, run);
  // First the page without its graph, so that the rest measures only the graph.
  await page.goto(`${server.url}/runs/${run.id}?view=timeline`);
  await page.getByRole("tree").waitFor();
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Performance.enable");
  await page.reload();
  await page.getByRole("tree").waitFor();
  await sleep(500);
  const before = await busy(cdp);
  const drawn = await timeToDraw(page);
  await sleep(300);
  const drawCpu = (await busy(cdp)) - before;
  const nodes = page.locator(".react-flow__node");
  const whole = await steps(page, cdp, "pan");
  const zoom = await steps(page, cdp, "zoom");
  const near = await steps(page, cdp, "pan");
  const figures = {
    taskRuns: size,
    loaded: Math.round(loaded),
    drawn: Math.round(drawn),
    drawCpu: Math.round(drawCpu),
    panCpu: { whole, near },
    zoomCpu: zoom,
    elements: { nodes: await nodes.count(), all: await page.locator("*").count() },
  };
  await page.close();
  return figures;
}

/** CPU of the main thread so far, in ms. */
async function busy(cdp: CDPSession): Promise<number> {
  const { metrics } = await cdp.send("Performance.getMetrics");
  return (metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0) * 1000;
}

/** From navigation to the first cards or the overview, with a page opened before. */
async function timeToLoad(page: Page, run: FlowRun): Promise<number> {
  await page.goto(`${server.url}/runs/${run.id}?arrange=layers`);
  await page.getByRole("tree").waitFor();
  await page.goto("about:blank");
  const began = performance.now();
  await page.goto(`${server.url}/runs/${run.id}?arrange=layers`);
  await page.getByRole("tree").waitFor();
  return performance.now() - began;
}

/** The data is loaded, and the graph tab is opened: until its canvas has been painted. */
async function timeToDraw(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const began = performance.now();
    const tab = [...document.querySelectorAll<HTMLElement>("[role=tab]")].find((one) =>
      one.textContent?.startsWith("Graph"),
    );
    tab?.click();
    const isPainted = () => {
      const canvas = document.querySelector<HTMLCanvasElement>("[data-overview] > canvas");
      const context = canvas?.getContext("2d");
      if (!canvas || !context || canvas.width === 0) return false;
      if (document.querySelector(".react-flow__node")) return true;
      // Only the middle: reading back all of it would cost more than drawing it.
      const [x, y] = [canvas.width / 2 - 40, canvas.height / 2 - 40];
      return context.getImageData(x, y, 80, 80).data.some((value) => value !== 0);
    };
    while (!isPainted()) await new Promise(requestAnimationFrame);
    return performance.now() - began;
  });
}

/** Main-thread CPU of one step of the mouse or the wheel. */
async function steps(page: Page, cdp: CDPSession, kind: "pan" | "zoom"): Promise<number> {
  const box = await page.locator(".react-flow__pane").boundingBox();
  if (!box) throw new Error("expected the pane of the graph");
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  const before = await busy(cdp);
  if (kind === "pan") await page.mouse.down();
  for (let step = 0; step < stepCount; step++) {
    if (kind === "pan") await page.mouse.move(x - step * 8, y - step * 4);
    else await page.mouse.wheel(0, -60);
    await sleep(16);
  }
  if (kind === "pan") await page.mouse.up();
  await sleep(100);
  return Math.round(((await busy(cdp)) - before) / stepCount);
}
