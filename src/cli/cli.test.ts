import { execFile, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createTls } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Client, createClient, userAgent } from "../client/client.ts";
import { blockDocuments } from "../schema/block-documents.ts";
import { deployments } from "../schema/deployments.ts";
import { flowRuns } from "../schema/flow-runs.ts";
import { flows } from "../schema/flows.ts";
import { logs } from "../schema/logs.ts";
import { timestamp } from "../schema/scalars.ts";
import { selections } from "../schema/selections.ts";
import type { StateType } from "../schema/states.ts";
import { taskRuns } from "../schema/task-runs.ts";
import { selfSigned } from "../testing/certificate.ts";
import { packageVersion } from "./package.ts";

// The real program in its own process, against a real server that it started.
const main = join(import.meta.dirname, "main.ts");
const home = mkdtempSync(join(tmpdir(), "praetor-cli-"));
const plain = { ...process.env, NO_COLOR: "1", PRAETOR_HOME: home, PRAETOR_API_URL: "" };
const server = spawn(process.execPath, [main, "server", "start", "--port", "0", "--home", home, "--json"], {
  env: plain,
  stdio: ["ignore", "pipe", "inherit"],
});
// Each command is a process, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 });

let client: Client;
let flowId: string;

beforeAll(async () => {
  const line = await new Promise<string>((resolve, reject) => {
    server.stdout.setEncoding("utf8").once("data", resolve);
    server.once("exit", () => reject(new Error("the server ended")));
  });
  client = createClient({ baseUrl: `${JSON.parse(line).url}/api` });
  flowId = (await client.call(flows.create, { name: "harvest" })).id;
});

afterAll(async () => {
  const ended = new Promise((resolve) => server.once("exit", resolve));
  server.kill("SIGTERM");
  await ended;
  rmSync(home, { recursive: true, force: true });
});

interface Answer {
  code: number;
  stdout: string;
  stderr: string;
}
const praetor = (args: string[], env: Record<string, string> = {}) => run([main, ...args], env);
const run = (args: string[], env: Record<string, string> = {}, input = ""): Promise<Answer> =>
  new Promise((resolve) => {
    const child = execFile(process.execPath, args, { env: { ...plain, ...env } }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
    child.stdin?.end(input);
  });

const makeRun = (name: string, type: StateType, tags: string[] = []) =>
  client.call(flowRuns.create, {
    flow_id: flowId,
    name,
    tags,
    state: { type, message: `${name} is ${type}` },
  });

test("the server is found by its lock file, and its runs are listed with their flow", async () => {
  await makeRun("brisk-otter", "COMPLETED", ["nightly"]);
  const { code, stdout } = await praetor(["flow-run", "ls"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/STATE +RUN +FLOW +STARTED/);
  expect(stdout).toMatch(/✓ Completed +brisk-otter +harvest .*nightly/);
});

test("runs are filtered by state, tag and name, and limited in number", async () => {
  await makeRun("sad-lynx", "FAILED", ["hourly"]);
  await makeRun("lost-lynx", "CRASHED");
  const names = async (...args: string[]) => {
    const { stdout } = await praetor(["flow-run", "ls", "--json", ...args]);
    return JSON.parse(stdout).map(({ name }: { name: string }) => name);
  };
  const chosen = await Promise.all([
    names("--state", "failed,crashed"),
    names("--tag", "hourly"),
    names("--name", "lynx", "--limit", "1"),
    names("--flow", "nobody"),
  ]);
  expect(chosen).toEqual([["lost-lynx", "sad-lynx"], ["sad-lynx"], ["lost-lynx"], []]);
});

test("a part of a name is matched literally; a warning says where a Prefect server treats it as a pattern", async () => {
  await makeRun("salt_lake", "COMPLETED");
  await makeRun("saltXlake", "COMPLETED");
  const ours = await praetor(["flow-run", "ls", "--json", "--name", "t_l"]);
  expect(JSON.parse(ours.stdout)).toMatchObject([{ name: "salt_lake" }]);
  const requested: string[] = [];
  const theirs = createServer(async (request, reply) => {
    let body = "";
    for await (const part of request) body += part;
    requested.push(body);
    const isKnown = request.url === "/api/flow_runs/filter";
    reply.writeHead(isKnown ? 200 : 404, { "content-type": "application/json" }).end(isKnown ? "[]" : "{}");
  });
  await new Promise<void>((done) => theirs.listen(0, "127.0.0.1", done));
  const address = theirs.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const { stderr } = await praetor(["flow-run", "ls", "--name", "t_l"], {
    PRAETOR_API_URL: `http://127.0.0.1:${port}/api`,
  });
  theirs.close();
  expect(stderr).toContain("On a Prefect server, % and _ in --name are wildcards.");
  expect(JSON.parse(requested.at(-1) ?? "")).toMatchObject({ flow_runs: { name: { like_: "t_l" } } });
});

test("a run is found by its id, the end of its id, or its name; an ambiguous text is refused", async () => {
  const { id } = await makeRun("only-heron", "COMPLETED");
  await makeRun("twin", "COMPLETED");
  await makeRun("twin", "COMPLETED");
  const inspect = (text: string) => praetor(["flow-run", "inspect", text, "--json"]);
  const [whole, end, name, twins, nobody] = await Promise.all(
    [id, id.slice(-10), "only-heron", "twin", "nobody"].map(inspect),
  );
  for (const found of [whole, end, name]) {
    expect(JSON.parse(found?.stdout ?? "")).toMatchObject({ flow_run: { id }, flow: { name: "harvest" } });
  }
  expect(twins).toMatchObject({ code: 1, stdout: "" });
  expect(twins?.stderr).toMatch(/2 flow runs are named twin/);
  expect(nobody).toMatchObject({ code: 1, stdout: "" });
  expect(nobody?.stderr).toMatch(/^No flow run is named nobody.*\n$/);
});

test("state names are case-insensitive, and misspelt ones are refused with a suggestion", async () => {
  const make = (name: string, state: { type: StateType; name: string }) =>
    client.call(flowRuns.create, { flow_id: flowId, name, state });
  await make("late-heron", { type: "SCHEDULED", name: "Late" });
  await make("strange-heron", { type: "COMPLETED", name: "Needs review" });
  const names = async (state: string) => {
    const { stdout } = await praetor(["flow-run", "ls", "--json", "--state", state]);
    return JSON.parse(stdout).map(({ name }: { name: string }) => name);
  };
  const found = await Promise.all([names("late"), names("timedout"), names("needs review")]);
  expect(found).toEqual([["late-heron"], [], ["strange-heron"]]);
  const { code, stderr } = await praetor(["flow-run", "ls", "--state", "faild"]);
  expect([code, stderr]).toEqual([1, expect.stringContaining("no state “faild”; did you mean failed?")]);
});

test("inspecting a run shows its state, its message and its state history", async () => {
  const { id } = await makeRun("long-road", "PENDING");
  await client.call(flowRuns.setState, { id, state: { type: "RUNNING" } });
  await client.call(flowRuns.setState, { id, state: { type: "FAILED", message: "the bridge is out" } });
  const { stdout } = await praetor(["flow-run", "inspect", "long-road"]);
  expect(stdout).toMatch(/^✗ Failed +long-road +of harvest\n +the bridge is out/);
  expect(stdout).toMatch(/○ Pending[\s\S]*● Running[\s\S]*✗ Failed/);
});

test("inspecting a failed run shows the chain of causes down to the line of the user's code", async () => {
  const example = join(import.meta.dirname, "../../examples/malformed-record.ts");
  const ran = await run([example]);
  expect(ran.code).toBe(1);
  const { stdout: listed } = await praetor(["flow-run", "ls", "--flow", "film-catalogue", "--json"]);
  const { stdout } = await praetor(["flow-run", "inspect", JSON.parse(listed)[0].id]);
  expect(stdout).toMatch(/✗ Failed +load-batch-0\n +LoadError: The batch from film 0/);
  expect(stdout).toMatch(/caused by TypeError: .* \(.*malformed-record\.ts:\d+\)/);
});

test("logs are printed in order with time and level, and followed until the run ends", async () => {
  const { id } = await makeRun("chatty", "RUNNING");
  const line = (message: string, level: number) => ({
    name: "test",
    level,
    message,
    timestamp: timestamp(Date.now()),
    flow_run_id: id,
  });
  await client.call(logs.create, { logs: [line("first", 20), line("careful", 30)] });
  const warnings = await praetor(["flow-run", "logs", id, "--level", "warning"]);
  expect(warnings.stdout).toMatch(/^\d\d:\d\d:\d\d\.\d{3} +WARNING +careful\n$/);

  const following = praetor(["flow-run", "logs", id, "--follow", "--json"]);
  await client.call(logs.create, { logs: [line("last", 40)] });
  await client.call(flowRuns.setState, { id, state: { type: "COMPLETED" } });
  const messages = (await following).stdout.trim().split("\n");
  expect(messages.map((text) => JSON.parse(text).message)).toEqual(["first", "careful", "last"]);
});

test("lines that arrive after the end of a followed run are printed", async () => {
  const { id } = await makeRun("talkative", "RUNNING");
  const answer = (message: string) =>
    client.call(logs.create, {
      logs: [{ name: "test", level: 20, message, timestamp: timestamp(Date.now()), flow_run_id: id }],
    });
  await answer("under way");
  const following = praetor(["flow-run", "logs", id, "--follow"]);
  await client.call(flowRuns.setState, { id, state: { type: "COMPLETED" } });
  // By then the command has seen the end of the run.
  await sleep(2500);
  await answer("good-bye");
  const { stdout } = await following;
  expect(stdout).toMatch(/under way[\s\S]*good-bye/);
});

test("cancelling asks a running run to stop, and says why an ended one cannot be cancelled", async () => {
  const running = await makeRun("runaway", "RUNNING");
  await makeRun("at-rest", "COMPLETED");
  const { code, stdout, stderr } = await praetor(["flow-run", "cancel", "runaway", "at-rest"]);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^runaway +◌ Cancelling/);
  expect(stderr).toMatch(/^at-rest not changed: already ended\.$/m);
  expect((await client.call(flowRuns.read, { id: running.id })).state_type).toBe("CANCELLING");
});

test("a run is paused and resumed, with input if it asks for it", async () => {
  const { id } = await makeRun("sleeper", "RUNNING");
  expect((await praetor(["flow-run", "pause", "sleeper"])).stdout).toMatch(/^sleeper .*Paused/);
  expect((await praetor(["flow-run", "resume", "sleeper"])).stdout).toMatch(/^sleeper .*Running/);
  const schema = { type: "object", properties: { copies: { type: "integer" } }, required: ["copies"] };
  const state_details = { pause_key: "1", run_input_keyset: { schema: "asked", response: "answered" } };
  await client.call(flowRuns.setState, { id, state: { type: "PAUSED", state_details } });
  await client.call(flowRuns.createInput, { id, key: "asked", value: JSON.stringify(schema) });
  const wrong = await praetor(["flow-run", "resume", "sleeper", "--input", "three"]);
  expect(wrong.stderr).toContain("expected a JSON object, got three");
  expect((await praetor(["flow-run", "resume", "sleeper"])).stderr).toMatch(/^sleeper .*validation failed/);
  expect((await praetor(["flow-run", "resume", "sleeper", "--input", '{"copies":3}'])).code).toBe(0);
  expect(await client.call(flowRuns.readInput, { id, key: "answered" })).toEqual({ copies: 3 });
});

test("a run of a script is not retried, and the reason says what to do instead", async () => {
  await makeRun("by-hand", "FAILED");
  const { code, stdout, stderr } = await praetor(["flow-run", "retry", "by-hand"]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/^by-hand not changed: started by a script, so only the script can repeat it/);
});

test("an ended run of a deployment is scheduled again", async () => {
  const { id } = await client.call(flowRuns.create, {
    flow_id: flowId,
    name: "deployed",
    deployment_id: randomUUID(),
    state: { type: "FAILED" },
  });
  const { code, stdout } = await praetor(["flow-run", "retry", id]);
  expect({ code, stdout }).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^deployed +◷ AwaitingRetry/),
  });
  expect((await client.call(flowRuns.read, { id })).state_name).toBe("AwaitingRetry");
});

test("deleted runs no longer exist", async () => {
  const { id } = await makeRun("mayfly", "COMPLETED");
  const { stdout } = await praetor(["flow-run", "delete", "mayfly", "--json"]);
  expect(JSON.parse(stdout)).toMatchObject([{ id, name: "mayfly", ok: true }]);
  expect((await praetor(["flow-run", "inspect", id])).stderr).toMatch(/No flow run with id/);
});

test("settings are shown with their source, secrets are hidden", async () => {
  const { stdout } = await praetor(["config", "view", "--json"], { PREFECT_API_AUTH_STRING: "me:secret" });
  const rows = JSON.parse(stdout);
  expect(rows).toContainEqual(expect.objectContaining({ name: "home", value: home, source: "PRAETOR_HOME" }));
  expect(rows).toContainEqual(
    expect.objectContaining({ name: "apiAuthString", source: "PREFECT_API_AUTH_STRING" }),
  );
  expect(stdout).not.toContain("secret");
});

test("an unreachable server is reported in one sentence", async () => {
  const { code, stdout, stderr } = await praetor(["flow-run", "ls"], {
    PRAETOR_API_URL: "http://127.0.0.1:64999/api",
  });
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/^No server answers at http:\/\/127\.0\.0\.1:64999\/api .*\.\n$/);
});

test("a self-signed certificate is reported in one sentence, with advice", async () => {
  const unsigned = createTls(selfSigned()).listen(0, "127.0.0.1");
  await once(unsigned, "listening");
  const { port }: AddressInfo = Object(unsigned.address());
  const url = `https://localhost:${port}/api`;
  const { code, stdout, stderr } = await praetor(["flow-run", "ls"], { PRAETOR_API_URL: url });
  unsigned.close();
  expect({ code, stdout, stderr }).toEqual({
    code: 1,
    stdout: "",
    stderr: `The certificate of ${url} is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT): call the server by the name in it, or set NODE_EXTRA_CA_CERTS to the file of the authority that signed it.\n`,
  });
});

test("requests to a busy server, such as Prefect's with a locked database, are retried", async () => {
  let request = 0;
  const busy = createServer((_, response) => {
    request += 1;
    response.writeHead(request === 1 ? 503 : 200, { "content-type": "application/json" }).end("[]");
  });
  await once(busy.listen(0, "127.0.0.1"), "listening");
  const address = busy.address();
  const url = typeof address === "object" ? `http://127.0.0.1:${address?.port}/api` : "";
  const { code, stdout } = await praetor(["flow-run", "ls", "--json"], { PRAETOR_API_URL: url });
  busy.close();
  expect({ code, list: JSON.parse(stdout) }).toEqual({ code: 0, list: [] });
  expect(request).toBeGreaterThan(1);
});

test("a second server on the same database is refused with a sentence that names the first", async () => {
  const { code, stderr } = await praetor(["server", "start", "--port", "0", "--home", home]);
  expect(code).toBe(1);
  expect(stderr).toMatch(new RegExp(`in use by the process ${server.pid}`));
  expect(stderr.trim().split("\n")).toHaveLength(1);
});

test.each([[["flow-run", "ls", "--limit", "many"]], [["flow-run", "fly"]], [["flow-run", "inspect"]]])(
  "%j is invalid usage: exit code 2",
  async (args) => {
    const { code, stdout, stderr } = await praetor(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^error: /);
  },
);

test("the user agent contains the version of the package", () => {
  expect(userAgent).toBe(`praetor/${packageVersion()}`);
});

test("a secret is read from standard input and never shown", async () => {
  const set = (value: string) => run([main, "secret", "set", "weather-key"], {}, value);
  expect(await set("open sesame\n")).toMatchObject({ code: 0, stdout: "weather-key  kept\n" });
  expect(await set("changed\n")).toMatchObject({ code: 0, stdout: "weather-key  changed\n" });
  const by = { slug: "secret", name: "weather-key", include_secrets: true };
  expect((await client.call(blockDocuments.readByName, by)).data).toEqual({ value: "changed" });
  expect((await praetor(["block", "ls", "--type", "secret"])).stdout).toMatch(/secret\/weather-key +Secret/);
  const shown = await praetor(["block", "inspect", "secret/weather-key"]);
  expect(shown.stdout).toMatch(/value \*{8}/);
  expect(shown.stdout).not.toContain("changed");
  expect(await set("")).toMatchObject({ code: 1, stderr: "A secret cannot be empty.\n" });
  expect(await praetor(["block", "delete", "weather-key"])).toMatchObject({ code: 1 });
  expect((await praetor(["block", "delete", "secret/weather-key"])).stdout).toBe(
    "secret/weather-key  deleted\n",
  );
  const gone = await praetor(["block", "inspect", "secret/weather-key"]);
  expect(gone).toMatchObject({ code: 1, stderr: "No block secret/weather-key.\n" });
});

test("a run is renamed, tagged, set to a state with and without force, summarised and exported", async () => {
  const { id } = await makeRun("plain-owl", "COMPLETED", ["a"]);
  const read = () => client.call(flowRuns.read, { id });
  expect(await praetor(["flow-run", "rename", id, "grand-owl"])).toMatchObject({ code: 0 });
  const tagged = await praetor(["flow-run", "tag", "grand-owl", "--add", "b,c", "--remove", "a", "--json"]);
  expect(JSON.parse(tagged.stdout)).toMatchObject([{ id, ok: true }]);
  expect(await read()).toMatchObject({ name: "grand-owl", tags: ["b", "c"] });

  const refused = await praetor(["flow-run", "set-state", id, "--type", "paused"]);
  expect(refused).toMatchObject({ code: 1, stderr: "grand-owl not changed: Run is already COMPLETED.\n" });
  const forced = [
    "flow-run",
    "set-state",
    id,
    "--type",
    "failed",
    "--name",
    "Rejected",
    "--message",
    "no",
    "--force",
  ];
  expect((await praetor(forced)).stdout).toContain("✗ Rejected");
  expect((await read()).state).toMatchObject({ type: "FAILED", name: "Rejected", message: "no" });
  const unknown = await praetor(["flow-run", "set-state", id, "--type", "faild"]);
  expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining("failed") });

  const report = await praetor(["flow-run", "report", id]);
  expect(report.stdout).toContain("# `harvest` run `grand-owl`: Rejected");
  expect(JSON.parse((await praetor(["flow-run", "export", id])).stdout)).toMatchObject({ flow_run: { id } });
  const again = await praetor(["flow-run", "run-again", id]);
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining("only the script can repeat it") });
});

test("a run of a deployment is run again with its parameters, and with changed ones", async () => {
  const { id } = await client.call(deployments.create, { flow_id: flowId, name: "again" });
  const first = await client.call(deployments.createFlowRun, {
    ...{ id, parameters: { day: 1, eu: true }, tags: ["x"], job_variables: { cpu: 1 } },
  });
  const options = ["--param", "day=2", "--job-variable", "memory=4", "--name", "second", "--json"];
  const { stdout } = await praetor(["flow-run", "run-again", first.id, ...options]);
  expect(JSON.parse(stdout)).toMatchObject({
    ...{ name: "second", deployment_id: id, parameters: { day: 2, eu: true }, tags: ["x"] },
    job_variables: { cpu: 1, memory: 4 },
  });
  const tagged = await praetor(["deployment", "tag", "harvest/again", "--add", "prod"]);
  expect(tagged.stdout).toContain("tagged prod");
  await client.call(deployments.create, { flow_id: flowId, name: "other" });
  const both = await praetor(["deployment", "run", "harvest/again", "harvest/other", "--json"]);
  expect(JSON.parse(both.stdout)).toMatchObject([{ tags: ["prod"] }, { tags: [] }]);
});

test("task runs are set to a state, renamed and deleted by id", async () => {
  const run = await makeRun("with-tasks", "RUNNING");
  const task = { flow_run_id: run.id, task_key: "t", dynamic_key: "0", name: "t-0" };
  const { id } = await client.call(taskRuns.create, { ...task, state: { type: "RUNNING" } });
  const set = await praetor(["task-run", "set-state", id, "--type", "completed", "--message", "by hand"]);
  expect(set.stdout).toContain("✓ Completed");
  await praetor(["task-run", "rename", id, "t-first"]);
  const read = await client.call(taskRuns.read, { id });
  expect(read).toMatchObject({ name: "t-first", state: { type: "COMPLETED", message: "by hand" } });
  expect((await praetor(["task-run", "delete", id, "--yes"])).stdout).toContain("deleted");
  await expect(client.call(taskRuns.read, { id })).rejects.toMatchObject({ status: 404 });
  expect(await praetor(["task-run", "delete", "t-first"])).toMatchObject({ code: 1 });
});

test("a verb is applied to all runs that match a filter, or to a selection made before", async () => {
  const first = await makeRun("bulk-one", "RUNNING", ["bulk"]);
  await makeRun("bulk-two", "COMPLETED", ["bulk"]);
  const filter = JSON.stringify({ flow_runs: { tags: { all_: ["bulk"] } } });
  const bulk = (...args: string[]) => praetor(["bulk", "flow-runs", ...args]);
  const dry = await bulk("cancel", "--filter", filter, "--dry-run");
  expect(dry.stdout).toContain("2 flow runs selected, cancel applies to 1");
  expect(dry.stdout).toMatch(/excluded +1: already ended/);
  expect((await client.call(flowRuns.read, { id: first.id })).state_type).toBe("RUNNING");
  const refused = await bulk("cancel", "--filter", filter);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("Expected --yes") });

  const selection = await client.call(selections.create, {
    ...{ noun: "flow-runs", flow_runs: { tags: { all_: ["bulk"] } } },
  });
  expect(await bulk("cancel", "--selection", selection.id, "--yes")).toMatchObject({
    ...{ code: 0, stdout: expect.stringContaining("1 done") },
  });
  expect((await client.call(flowRuns.read, { id: first.id })).state_type).toMatch(/CANCELL/);
  const tagged = await bulk("add-tags", "--filter", filter, "--tag", "seen", "--json");
  expect(JSON.parse(tagged.stdout)).toMatchObject({ preview: { count: 2 }, progress: { done: 2 } });

  for (const [args, message] of [
    [["cancle", "--filter", filter], "did you mean cancel?"],
    [["cancel", "--filter", "[]"], "--filter: expected a JSON object"],
    [["cancel"], "Expected either --filter"],
    [["set-state", "--filter", filter], "Expected --type"],
  ] as const)
    expect(await bulk(...args)).toMatchObject({ code: 1, stderr: expect.stringContaining(message) });
});
