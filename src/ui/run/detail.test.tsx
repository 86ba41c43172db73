import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { expect, onTestFinished, test } from "vitest";
import type { Send } from "../../client/client.ts";
import { events, type RunError, runErrorEvent } from "../../schema/events.ts";
import { type FlowRun, flowRuns } from "../../schema/flow-runs.ts";
import { newId } from "../../schema/ids.ts";
import { logs } from "../../schema/logs.ts";
import { timestamp } from "../../schema/scalars.ts";
import { dashboard } from "../../testing/render.tsx";
import type { World } from "../../testing/world.ts";

const open = dashboard();

const traceback = `Task run encountered an exception
Traceback (most recent call last):
  File "/srv/flows.py", line 18, in parse
    return int(x)
ValueError: invalid literal: 'oops'`;

const thrown: RunError = {
  attempt: 1,
  chain: [
    { name: "LoadError", message: "batch 3 was not loaded", frames: [], properties: { batch: 3 } },
    {
      name: "TypeError",
      message: "title is not a function",
      properties: {},
      frames: [
        {
          file: "/app/etl.ts",
          line: 12,
          column: 3,
          function: "slugOf",
          library: false,
          source: { first: 11, lines: ["function slugOf() {", "  return title();", "}"] },
        },
        { file: "/app/node_modules/x/i.js", line: 1, column: 1, function: "go", library: true, source: null },
      ],
    },
  ],
};

async function running(world: World) {
  const run = await world.flowRun({ flow: "etl", name: "brave-otter", states: ["PENDING", "RUNNING"] });
  const read = await world.taskRun({
    flowRun: run,
    key: "read",
    name: "read-0",
    states: ["PENDING", "RUNNING", "COMPLETED"],
  });
  const load = await world.taskRun({
    flowRun: run,
    key: "load",
    name: "load-0",
    inputs: { rows: [{ input_type: "task_run", id: read.id }] },
    states: ["PENDING", "RUNNING"],
  });
  return { run, read, load };
}

async function failed(world: World) {
  const run = await world.flowRun({ flow: "etl", name: "brave-otter", states: ["PENDING", "RUNNING"] });
  const load = await world.taskRun({
    flowRun: run,
    key: "load",
    name: "load-0",
    states: ["PENDING", "RUNNING", "FAILED"],
  });
  const message = "Flow run encountered an exception: LoadError: batch 3 was not loaded";
  await world.call(flowRuns.setState, { id: run.id, state: { type: "FAILED", message }, force: true });
  return { run, load };
}

const write = (
  world: World,
  flowRunId: string,
  list: readonly [level: number, message: string, taskRunId?: string][],
) =>
  world.call(logs.create, {
    logs: list.map(([level, message, task_run_id], place) => ({
      name: "praetor",
      level,
      message,
      timestamp: timestamp(world.now() + place),
      flow_run_id: flowRunId,
      task_run_id,
    })),
  });

const tell = (world: World, taskRunId: string, run: FlowRun, error: RunError) =>
  world.call(events.create, {
    events: [
      {
        id: newId(world.now()),
        occurred: timestamp(world.now()),
        event: runErrorEvent,
        resource: { "prefect.resource.id": `prefect.task-run.${taskRunId}` },
        related: [
          { "prefect.resource.id": `prefect.flow-run.${run.id}`, "prefect.resource.role": "flow-run" },
        ],
        payload: { ...error },
      },
    ],
  });

interface Seeded {
  run: FlowRun;
}

/** Opens the page of the run that the seed makes. */
async function openRun<T extends Seeded>(
  seed: (world: World) => Promise<T>,
  { path = "", through, isForeign = false }: Way = {},
) {
  const made: T[] = [];
  const opened = await open(() => `/runs/${made[0]?.run.id}${path}`, {
    seed: async (world) => made.push(await seed(world)),
    ...(through ? { through } : {}),
    isForeign,
  });
  const [first] = made;
  if (!first) throw new Error("expected the seed to have run");
  return { ...opened, ...first };
}

interface Way {
  path?: string;
  through?: (send: Send) => Send;
  isForeign?: boolean;
}

/** Waits until the state of the run is told in these words. */
const sentence = (expected: string | RegExp) =>
  waitFor(async () => {
    const text = (await screen.findByRole("group", { name: "State" })).textContent ?? "";
    if (typeof expected === "string") expect(text).toBe(expected);
    else expect(text).toMatch(expected);
  }, patience);
const patience = { timeout: 10_000 };
const logged = async () => (await screen.findByRole("log")).textContent ?? "";
const complete = (world: World, id: string) =>
  world.call(flowRuns.setState, { id, state: { type: "COMPLETED" }, force: true });

test("a failed run says what failed in a sentence, and shows the cause first", async () => {
  await openRun(async (world) => {
    const made = await failed(world);
    await tell(world, made.load.id, made.run, thrown);
    return made;
  });
  await sentence("Failed in load-0: LoadError: batch 3 was not loaded");
  const card = within(await screen.findByRole("region", { name: "Why it failed" }));
  const brief = within(await card.findByRole("region", { name: "Cause" }));
  expect(brief.getByRole("heading").textContent).toBe("TypeError: title is not a function");
  expect(brief.getByText("return title();", { exact: false })).toBeDefined();
  expect(brief.getByText("LoadError: batch 3 was not loaded")).toBeDefined();
  fireEvent.click(card.getByRole("button", { name: "Show traceback" }));
  const folded = await card.findByRole("button", { name: /1 library frame/ });
  expect(folded.getAttribute("aria-expanded")).toBe("false");
  const consequence = within(card.getByRole("region", { name: "Consequence" }));
  expect(consequence.getByRole("heading").textContent).toBe("LoadError: batch 3 was not loaded");
});

test("a Python traceback in the log is read as well", async () => {
  await openRun(async (world) => {
    const made = await failed(world);
    await write(world, made.run.id, [[40, traceback, made.load.id]]);
    return made;
  });
  const card = within(await screen.findByRole("region", { name: "Why it failed" }));
  expect((await card.findByRole("region", { name: "Cause" })).textContent).toContain(
    "ValueError: invalid literal: 'oops'",
  );
  await sentence("Failed in load-0: ValueError: invalid literal: 'oops'");
});

/** A task of a subflow of a subflow fails with a message that its state tells, and logs some lines. */
async function nested(world: World) {
  const run = await world.flowRun({ flow: "outer", states: ["PENDING", "RUNNING"] });
  let last = run;
  for (const flow of ["middle", "inner"]) {
    const { id } = await world.taskRun({ flowRun: last, key: flow, states: ["PENDING", "RUNNING"] });
    last = await world.flowRun({ flow, parent_task_run_id: id, states: ["PENDING", "RUNNING"] });
  }
  const state = { type: "FAILED", message: "3 rows were malformed" } as const;
  const load = await world.taskRun({
    flowRun: last,
    key: "load",
    name: "load-0",
    states: ["RUNNING", state],
  });
  await write(world, last.id, [[20, "row 17 has no city", load.id]]);
  const found = await world.call(flowRuns.filter, {});
  for (const { id } of found) {
    const message = "1/1 states failed.";
    await world.call(flowRuns.setState, { id, state: { type: "FAILED", message }, force: true });
  }
  return { run, last, load };
}

test.each([
  ["our server", false, /^Failed in inner \/ load-0: 3 rows were malformed$/],
  ["a Prefect server", true, /^Failed in [\w-]+ \/ load-0: 3 rows were malformed$/],
])(
  "on %s the task that failed in a subflow of a subflow is named, with its last lines",
  async (_, isForeign, name) => {
    const { address, run, last, load } = await openRun(nested, { isForeign });
    await sentence(name);
    const card = within(await screen.findByRole("region", { name: "Why it failed" }));
    await card.findByText("row 17 has no city");
    fireEvent.click(card.getByRole("button", { name: /load-0/ }));
    await waitFor(() => expect(address()).toContain(`/runs/${run.id}/tasks/${load.id}?in=${last.id}&open=`));
  },
);

test("a flow that returns a failed state shows its message in the headline, whatever its tasks did", async () => {
  await openRun(async (world) => {
    const run = await world.flowRun({ states: ["PENDING", "RUNNING"] });
    await world.taskRun({ flowRun: run, name: "load-0", states: ["RUNNING", "FAILED"] });
    const state = { type: "FAILED", message: "2 of 5 sources are missing" } as const;
    await world.call(flowRuns.setState, { id: run.id, state, force: true });
    return { run };
  });
  await sentence("Failed: 2 of 5 sources are missing");
});

const groupTraceback = `Encountered exception during execution:
  + Exception Group Traceback (most recent call last):
  |   File "/srv/flows.py", line 22, in outer
  |     raise ExceptionGroup("2 of 5 loads failed", errs)
  | ExceptionGroup: 2 of 5 loads failed (2 sub-exceptions)
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    |   File "/srv/flows.py", line 5, in load
    |     raise ValueError("bad row")
    | ValueError: bad row
    +---------------- 2 ----------------
    | Traceback (most recent call last):
    |   File "/srv/flows.py", line 3, in depth
    |     return depth(n-1) if n else 1/0
    |   [Previous line repeated 10 more times]
    | ZeroDivisionError: division by zero
    +------------------------------------`;

test("an exception group is the headline, and its errors stand below it with their own tracebacks", async () => {
  await openRun(async (world) => {
    const made = await failed(world);
    await write(world, made.run.id, [[40, groupTraceback, made.load.id]]);
    return made;
  });
  await sentence("Failed in load-0: ExceptionGroup: 2 of 5 loads failed (2 sub-exceptions)");
  const card = within(await screen.findByRole("region", { name: "Why it failed" }));
  expect((await card.findByRole("region", { name: "Cause" })).textContent).toContain("ValueError: bad row");
  fireEvent.click(card.getByRole("button", { name: "Show traceback" }));
  const [first, second] = within(
    await card.findByRole("list", { name: "Errors in ExceptionGroup" }),
  ).getAllByRole("heading");
  expect([first?.textContent, second?.textContent]).toEqual([
    "ValueError: bad row",
    "ZeroDivisionError: division by zero",
  ]);
  expect(card.getByText("repeated 10 more times")).toBeDefined();
  fireEvent.click(card.getByRole("button", { name: "1 of 2" }));
  expect(card.getByRole("button", { name: "1 of 2 ValueError: bad row" })).toBeDefined();
});

test("a very long message is cut until it is asked for", async () => {
  const message = "no ".repeat(20_000);
  await openRun(async (world) => ({
    run: await world.flowRun({ states: ["RUNNING", { type: "FAILED", message }] }),
  }));
  const card = within(await screen.findByRole("region", { name: "Why it failed" }));
  fireEvent.click(await card.findByRole("button", { name: "Show all 60,000 characters" }));
  expect(card.getByText(message.trim(), { exact: false })).toBeDefined();
});

test("the failing task is chosen from the card, and the address names it", async () => {
  const { address, run, load } = await openRun(async (world) => {
    const made = await failed(world);
    await tell(world, made.load.id, made.run, thrown);
    return made;
  });
  const card = within(await screen.findByRole("region", { name: "Why it failed" }));
  fireEvent.click(await card.findByRole("button", { name: "load-0" }));
  await waitFor(() => expect(address()).toBe(`/runs/${run.id}/tasks/${load.id}`));
  const details = within(screen.getByRole("region", { name: "Details" }));
  expect(await details.findByRole("button", { name: "Show the whole run" })).toBeDefined();
});

test("a run that ends on the server ends on the page, in the sentence and in the title", async () => {
  const { world, run } = await openRun(running);
  await sentence("Running, 1 of 2 tasks done");
  await screen.findByText("Live");
  await complete(world, run.id);
  await sentence(/^Completed in/);
  expect(document.title).toMatch(/^Completed · brave-otter/);
});

test("a task that changes on the server changes the sentence without another request", async () => {
  const { world, run, requests } = await openRun(running);
  await sentence("Running, 1 of 2 tasks done");
  await screen.findByText("Live");
  const before = requests.length;
  await world.taskRun({
    flowRun: run,
    key: "send",
    name: "send-0",
    states: ["PENDING", "RUNNING", "COMPLETED"],
  });
  await sentence("Running, 2 of 3 tasks done");
  expect(requests.slice(before)).toEqual([]);
});

test("the page needs at most six requests", async () => {
  const { requests } = await openRun(async (world) => {
    const made = await failed(world);
    await tell(world, made.load.id, made.run, thrown);
    return made;
  });
  await sentence(/^Failed in load-0/);
  await screen.findByRole("tree");
  expect(requests.length).toBeLessThanOrEqual(6);
});

test("log lines are searched on the server, and the filters say how many lines they hide", async () => {
  const { address } = await openRun(async (world) => {
    const made = await running(world);
    await write(world, made.run.id, [
      [20, "rows read"],
      [30, "one row was empty"],
      [40, "no route to host"],
    ]);
    return made;
  });
  await waitFor(async () => expect(await logged()).toContain("rows read"));
  fireEvent.change(screen.getByRole("textbox", { name: "Search the log" }), { target: { value: "EMPTY" } });
  await waitFor(async () => expect(await logged()).not.toContain("rows read"));
  expect(await logged()).toContain("one row was empty");
  expect(address()).toContain("?find=EMPTY");
  expect(screen.getByText(", 2 hidden")).toBeDefined();
  fireEvent.click(screen.getByRole("button", { name: "Show all" }));
  await waitFor(async () => expect(await logged()).toContain("no route to host"));
});

test("a filter that hides every line says so", async () => {
  await openRun(
    async (world) => {
      const made = await running(world);
      await write(world, made.run.id, [[20, "rows read"]]);
      return made;
    },
    { path: "?level=40" },
  );
  await screen.findByText(/None of the 1 lines match/);
});

/** What is copied from now on; jsdom has no clipboard. */
function watchClipboard(): string[] {
  const copied: string[] = [];
  const writeText = async (text: string) => void copied.push(text);
  Object.defineProperty(navigator, "clipboard", { configurable: true, value: { writeText } });
  onTestFinished(() => void Reflect.deleteProperty(navigator, "clipboard"));
  return copied;
}

test("the time of a line copies a link to it, which shows it among the others", async () => {
  const copied = watchClipboard();
  const { run } = await openRun(async (world) => {
    const made = await running(world);
    await write(world, made.run.id, [
      [20, "rows read"],
      [40, "no route to host"],
    ]);
    return made;
  });
  await waitFor(async () => expect(await logged()).toContain("no route"));
  fireEvent.click(screen.getAllByRole("button", { name: /^Copy link to the line of/ })[1] ?? document.body);
  await waitFor(() => expect(copied).toHaveLength(1));
  const link = new URL(copied[0] ?? "");
  expect(link.pathname).toBe(`/runs/${run.id}`);
  expect(link.searchParams.get("line")).toMatch(/^\d{4}-.*~[0-9a-f-]{36}$/);
});

test("copying takes all lines that match, also those that were not looked at", async () => {
  const copied = watchClipboard();
  await openRun(async (world) => {
    const made = await running(world);
    const lines = Array.from({ length: 450 }, (_, place): [number, string] => [20, `10%\rrow ${place}`]);
    await write(world, made.run.id, lines);
    return made;
  });
  fireEvent.click(await screen.findByRole("button", { name: "Copy all 450 lines" }));
  await waitFor(() => expect(copied).toHaveLength(1));
  const lines = (copied[0] ?? "").split("\n");
  expect(lines).toHaveLength(450);
  expect(lines[0]).toMatch(/ INFO row 0$/);
  expect(lines.at(-1)).toMatch(/ INFO row 449$/);
});

test("new lines appear as they are written, each once", async () => {
  const { world, run } = await openRun(async (given) => {
    const made = await running(given);
    await write(given, made.run.id, [[20, "first"]]);
    return made;
  });
  await waitFor(async () => expect(await logged()).toContain("first"));
  await screen.findByText("Live");
  await write(world, run.id, [
    [20, "second"],
    [20, "third"],
  ]);
  await waitFor(async () => expect(await logged()).toContain("third"));
  expect(screen.getByText("3 lines")).toBeDefined();
});

test("the log of a task is that of its run without the other lines", async () => {
  await openRun(async (world) => {
    const made = await running(world);
    await write(world, made.run.id, [
      [20, "of the flow"],
      [20, "of the task", made.load.id],
    ]);
    return made;
  });
  fireEvent.click(await screen.findByRole("button", { name: "load-0" }));
  await waitFor(async () => expect(await logged()).not.toContain("of the flow"));
  expect(await logged()).toContain("of the task");
});

test("attempts list every state with its duration", async () => {
  await openRun(failed, { path: "?tab=attempts" });
  const table = within(await screen.findByRole("table", { name: "States, oldest first" }));
  const rows = table.getAllByRole("row").slice(1);
  expect(rows.map((row) => /Pending|Running|Failed/.exec(row.textContent ?? "")?.[0])).toEqual([
    "Pending",
    "Running",
    "Failed",
  ]);
});

test("the inputs of a task lead to the task they came from", async () => {
  const made: string[] = [];
  const { address, read } = await openRun(
    async (world) => {
      const all = await running(world);
      made.push(all.load.id);
      return all;
    },
    { path: "" },
  );
  await sentence(/^Running/);
  fireEvent.keyDown(await screen.findByRole("tree"), { key: "ArrowRight" });
  fireEvent.keyDown(screen.getByRole("tree"), { key: "ArrowRight" });
  expect(screen.getByRole("treeitem").textContent).toBe("load-0, running, 1 parent");
  fireEvent.keyDown(screen.getByRole("tree"), { key: "Enter" });
  fireEvent.click(await screen.findByRole("tab", { name: "Input and output" }));
  const inputs = within(await screen.findByRole("region", { name: "Inputs" }));
  fireEvent.click(inputs.getByRole("button", { name: "read-0" }));
  await waitFor(() => expect(address()).toContain(`/tasks/${read.id}`));
});

test("the timeline lists the tasks in the order in which they began", async () => {
  await openRun(running, { path: "?view=timeline" });
  const tree = within(await screen.findByRole("tree", { name: /^Tasks by start time/ }));
  const lines = await tree.findAllByRole("treeitem");
  expect(lines.map((line) => line.textContent)).toEqual([
    "read-0, completed, 0 parents",
    "load-0, running, 1 parent",
  ]);
});

test("without its graph the page is whole: sentence, cause and log are there", async () => {
  const broken =
    (send: Send): Send =>
    async (request) =>
      request.url.includes("/graph") ? new Response("out of order", { status: 500 }) : send(request);
  await openRun(
    async (world) => {
      const made = await failed(world);
      await write(world, made.run.id, [[20, "still here"]]);
      await tell(world, made.load.id, made.run, thrown);
      return made;
    },
    { through: broken },
  );
  await screen.findByText("The tasks could not be loaded");
  await sentence(/^Failed.*LoadError: batch 3 was not loaded/);
  expect((await screen.findByRole("region", { name: "Cause" })).textContent).toContain("TypeError");
  await waitFor(async () => expect(await logged()).toContain("still here"));
});

test("cancelling names the run once more, and the page shows what came of it", async () => {
  await openRun(running);
  fireEvent.click(await screen.findByRole("button", { name: "Cancel" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Cancel brave-otter" }));
  fireEvent.click(dialog.getByRole("button", { name: "Cancel 1 flow run" }));
  await sentence(/^Cancelling/);
});

test("a state is set by hand with a reason", async () => {
  const { world, run } = await openRun(running);
  fireEvent.click(await screen.findByRole("button", { name: "More actions" }));
  fireEvent.click(await screen.findByRole("menuitem", { name: "Set state" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Set the state of brave-otter" }));
  fireEvent.change(dialog.getByRole("textbox", { name: "Message" }), { target: { value: "done by hand" } });
  fireEvent.click(dialog.getByRole("button", { name: "Set to Completed" }));
  await sentence(/^Completed/);
  const { state } = await world.call(flowRuns.read, { id: run.id });
  expect(state?.message).toBe("done by hand");
});

test.each([
  ["TypeScript", {}, /await double\(21\)/],
  ["Python", { flow_version: "0f343b0931126a20f133d67c2b018a3b" }, /def double\(n: int\)/],
])(
  "a run of %s without tasks shows the lines of its language that would make some",
  async (_, version, code) => {
    await openRun(async (world) => ({
      run: await world.flowRun({ ...version, states: ["PENDING", "RUNNING", "COMPLETED"] }),
    }));
    await screen.findByRole("heading", { name: "No logs" });
    // There is no picture of nothing, until it is asked for.
    await waitFor(() => expect(screen.getByRole("button", { name: "Expand" })).toBeDefined());
    fireEvent.click(screen.getByRole("tab", { name: /^Graph/ }));
    await screen.findByRole("heading", { name: "This run called no tasks" });
    expect(screen.getByText(code)).toBeDefined();
  },
);

test("an address of no run says so", async () => {
  await open("/runs/00000000-0000-4000-8000-000000000000");
  await screen.findByRole("heading", { name: "There is no such run" });
});
