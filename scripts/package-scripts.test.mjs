import { execFile, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const guide = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");

/** Without the variables that a test runner sets for its children. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("VITEST")));

/** `npm run NAME -- ARGS`, with its exit code and output. */
function npmRun(name, ...args) {
  return new Promise((resolve) => {
    const command = ["run", "--silent", name, "--", ...args];
    execFile("npm", command, { cwd: root, env: { ...env, NO_COLOR: "1" } }, (error, out, err) =>
      resolve({ code: error?.code ?? 0, text: `${out}${err}` }),
    );
  });
}

test("every script is described in CONTRIBUTING.md", () => {
  // npm runs this one automatically.
  const called = Object.keys(scripts).filter((name) => name !== "prepack");
  const missing = called.filter((name) => !new RegExp(`npm (run )?${name}(?![\\w:-])`).test(guide));
  expect(missing).toEqual([]);
});

test("CONTRIBUTING.md describes no script that does not exist", () => {
  const described = [...guide.matchAll(/npm run ([\w:-]+)/g)].map((match) => match[1]);
  expect(described.filter((name) => !(name in scripts))).toEqual([]);
});

test(".nvmrc names the Node version that the package requires", () => {
  const { engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  expect(`>=${readFileSync(join(root, ".nvmrc"), "utf8").trim()}`).toBe(engines.node);
});

test("test:unit runs one file", async () => {
  const { code, text } = await npmRun("test:unit", "src/node-version.test.ts");
  expect({ code, text }).toEqual({ code: 0, text: expect.stringMatching(/Test Files\s+1 passed/) });
});

test.each([
  ["lint", ["scripts/lock.mjs"]],
  ["format", ["scripts/lock.mjs"]],
])("%s takes files", async (name, args) => {
  expect(await npmRun(name, ...args)).toMatchObject({
    code: 0,
    text: expect.stringContaining("Checked 1 file"),
  });
});

test("bench lists the benchmarks, and refuses unknown names", async () => {
  expect(await npmRun("bench")).toMatchObject({
    code: 0,
    text: expect.stringMatching(/^fan-out +One flow, /m),
  });
  expect(await npmRun("bench", "nope")).toMatchObject({
    code: 1,
    text: expect.stringContaining("No bench is called nope; there are"),
  });
});

test("dev serves the dashboard with the API of its server, and Ctrl-C ends it", async () => {
  const dev = spawn("npm", ["run", "dev", "--", "--port", "0"], {
    ...{ cwd: root, detached: true, stdio: ["ignore", "pipe", "inherit"] },
    env: { ...env, NO_COLOR: "1", PRAETOR_DATABASE_URL: ":memory:" },
  });
  let text = "";
  dev.stdout.setEncoding("utf8").on("data", (part) => {
    text += part;
  });
  const ended = new Promise((resolve) => dev.once("exit", resolve));
  try {
    const find = () => /Local: +(http:\S+)/.exec(text)?.[1];
    await expect.poll(find, { timeout: 50_000 }).toBeDefined();
    const url = find();
    expect(await (await fetch(url)).text()).toContain("/@vite/client");
    expect(await (await fetch(`${url}api/health`)).json()).toBe(true);
    const heard = await new Promise((resolve, reject) => {
      const socket = new WebSocket(`${url.replace("http", "ws")}api/events/out`, ["prefect"]);
      socket.onopen = () => socket.send(JSON.stringify({ type: "auth", token: "" }));
      socket.onmessage = ({ data }) => {
        resolve(JSON.parse(data));
        socket.close();
      };
      socket.onerror = () => reject(new Error("the socket does not open"));
    });
    expect(heard).toEqual({ type: "auth_success" });
  } finally {
    process.kill(-dev.pid, "SIGINT");
    await ended;
  }
  const api = /PRAETOR_API_URL=(\S+)/.exec(text)?.[1];
  await expect(fetch(`${api}/health`)).rejects.toThrow();
});
