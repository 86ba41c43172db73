import { execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createClient } from "./client/client.ts";
import { flowRuns } from "./schema/flow-runs.ts";
import { logs } from "./schema/logs.ts";

const execute = promisify(execFile);
const repository = join(import.meta.dirname, "..");
const project = realpathSync(mkdtempSync(join(tmpdir(), "praetor-package-")));
const env = {
  ...process.env,
  PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
  NO_COLOR: "1",
};
const run = (command: string, args: string[], cwd = project, more: Record<string, string> = {}) =>
  execute(command, args, { cwd, env: { ...env, ...more }, maxBuffer: 1e8 });

interface Packed {
  name: string;
  filename: string;
  files: { path: string }[];
}
let packed: Packed;
const cleanUps: (() => unknown)[] = [() => rmSync(project, { recursive: true, force: true })];

beforeAll(async () => {
  const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", project], repository);
  // The build that npm runs first prints lines before the JSON.
  [packed] = JSON.parse(stdout.slice(stdout.search(/^\[$/m)));
  writeFileSync(join(project, "package.json"), '{ "name": "empty", "private": true, "type": "module" }\n');
  await run("npm", ["install", "--no-audit", "--no-fund", join(project, packed.filename)]);
}, 300_000);

afterAll(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp();
});

test("the package contains the build output, and neither sources nor tests", () => {
  expect(packed.name).toBe("praetor-flow");
  const paths = packed.files.map(({ path }) => path);
  expect(paths).toEqual(
    expect.arrayContaining(["LICENSE", "README.md", "CHANGELOG.md", "build/ui/index.html"]),
  );
  expect(paths.filter((path) => /\.test\.|^src\/|^build\/lib\/(ui|testing)\//.test(path))).toEqual([]);
});

test("installing it installs no library of the dashboard", () => {
  const present = (name: string) => existsSync(join(project, "node_modules", name));
  expect(present("zod")).toBe(true);
  expect(["react", "vite", "recharts", "@xyflow/react", "typescript"].filter(present)).toEqual([]);
});

test("the README's first flow type-checks against it, runs, and appears in the API and the dashboard", async () => {
  writeFileSync(join(project, "first.ts"), blockOfReadme(0));
  expect(await typeErrors("first.ts")).toBe("");

  const url = await startServer();
  const { stdout } = await run(process.execPath, ["first.ts"], project, { PRAETOR_API_URL: `${url}/api` });
  expect(stdout).toContain("30");

  const client = createClient({ baseUrl: `${url}/api` });
  const runs = await client.call(flowRuns.filter, { flows: { name: { any_: ["sum-of-squares"] } } });
  expect(runs.map(({ state_type }) => state_type)).toEqual(["COMPLETED"]);
  const lines = await client.call(logs.filter, { logs: { flow_run_id: { any_: [runs[0]?.id] } } });
  expect(lines.map(({ message }) => message)).toContain("squaring 4");

  const page = await (await fetch(`${url}/`)).text();
  const script = /<script[^>]+src="([^"]+)"/.exec(page)?.[1] ?? "no script in the page";
  expect((await fetch(new URL(script, url))).headers.get("content-type")).toContain("javascript");
});

test("the README's deployment type-checks, and is served in processes that find the flow in its file", async () => {
  writeFileSync(join(project, "forecast.ts"), blockOfReadme(1));
  expect(await typeErrors("forecast.ts")).toBe("");

  const url = await startServer();
  const more = { PRAETOR_API_URL: `${url}/api`, PRAETOR_LOG_LEVEL: "info" };
  const served = spawn(process.execPath, ["forecast.ts"], {
    cwd: project,
    env: { ...env, ...more },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = new Promise((resolve) => served.once("exit", resolve));
  cleanUps.push(() => served.kill("SIGTERM") && ended);
  await new Promise<void>((resolve) => {
    served.stderr.setEncoding("utf8").on("data", (text) => {
      if (text.includes("Serving")) resolve();
    });
  });
  const praetor = join(project, "node_modules", ".bin", "praetor");
  const request = ["deployment", "run", "forecast/mornings", "--param", "days=5", "--watch"];
  const { stdout } = await run(praetor, request, project, more);
  expect(stdout).toContain("✓ Completed");
});

test("importing code gets its types: a wrong argument is a compile error", async () => {
  const wrong =
    'import { task } from "praetor-flow";\nconst half = task((n: number) => n / 2);\nhalf.submit("one");\n';
  writeFileSync(join(project, "wrong.ts"), wrong);
  expect(await typeErrors("wrong.ts")).toMatch(/^wrong\.ts\(3,13\): error TS2345/);
});

test("the installed command answers under its name and, for npx, under that of the package", async () => {
  const { version } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
  const answers = [
    await run(join(project, "node_modules", ".bin", "praetor"), ["version", "--json"]),
    await run("npx", ["--offline", "praetor-flow", "version", "--json"]),
  ];
  for (const { stdout } of answers) expect(JSON.parse(stdout)).toMatchObject({ version });
});

/** Output of TypeScript with the options of `tsc --init`; empty without errors. */
async function typeErrors(file: string): Promise<string> {
  const tsc = join(repository, "node_modules", ".bin", "tsc");
  const options = ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--target", "es2024"];
  return run(tsc, [...options, file]).then(
    () => "",
    (error: { stdout: string }) => error.stdout,
  );
}

function blockOfReadme(index: number): string {
  const readme = readFileSync(join(repository, "README.md"), "utf8");
  return [...readme.matchAll(/```ts\n(.*?)```/gs)][index]?.[1] ?? "";
}

async function startServer(): Promise<string> {
  const praetor = join(project, "node_modules", ".bin", "praetor");
  const args = ["server", "start", "--port", "0", "--home", mkdtempSync(join(project, "home-")), "--json"];
  const server = spawn(praetor, args, { cwd: project, env, stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => server.once("exit", resolve));
  cleanUps.push(() => server.kill("SIGTERM") && ended);
  let output = "";
  for await (const chunk of server.stdout.setEncoding("utf8")) {
    output += chunk;
    if (output.includes("\n")) return JSON.parse(output.slice(0, output.indexOf("\n"))).url;
  }
  throw new Error(`the server ended: ${output}`);
}
