import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { plainEnvironment } from "../testing/programs.ts";
import { createWorld, type World } from "../testing/world.ts";

const home = mkdtempSync(join(tmpdir(), "praetor-dashboard-cli-"));
let world: World;
let url: string;
beforeAll(async () => {
  world = await createWorld({ settings: { apiAuthString: "me:secret" } });
  url = (await world.listen()).url;
});
afterAll(async () => {
  await world.close();
  rmSync(home, { recursive: true, force: true });
});

/** Runs `praetor dashboard` with these arguments to its end. */
async function run(args: readonly string[], env: Record<string, string> = {}) {
  const own = { ...plainEnvironment, NO_COLOR: "1", PRAETOR_HOME: home, ...env };
  const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts"), "dashboard", ...args], {
    env: own,
  });
  const ended = new Promise<number | null>((done) => child.once("close", (code) => done(code)));
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { out, err: err.trim().replaceAll(url, "URL"), code };
}

test.each([
  [
    "no server",
    () => [],
    {},
    "No server configured and none running on this machine: set PRAETOR_API_URL or start one with `praetor server start`.",
  ],
  [
    "an address without /api",
    () => ["--api-url", url, "--auth-string", "me:secret"],
    {},
    "--api-url is URL, without the /api at its end: set it to URL/api",
  ],
  [
    "no password",
    () => ["--api-url", `${url}/api`],
    {},
    "The server at URL/api asks for a password: set PRAETOR_API_AUTH_STRING to its user:password.",
  ],
  [
    "a wrong password",
    () => ["--api-url", `${url}/api`, "--auth-string", "me:wrong"],
    {},
    "The server at URL/api refuses the password of --auth-string: set it to the user:password of that server.",
  ],
  [
    "a password of its own that is none",
    () => ["--api-url", `${url}/api`],
    { PRAETOR_DASHBOARD_AUTH_STRING: "secret" },
    "PRAETOR_DASHBOARD_AUTH_STRING: expected user:password",
  ],
])("with %s it says what to do", async (_, args, env, sentence) => {
  expect(await run(args(), env)).toEqual({ out: "", err: sentence, code: 1 });
});

test("help names its options, and says where credentials are kept", async () => {
  const { out, code } = await run(["--help"]);
  expect(code).toBe(0);
  for (const option of [
    "--api-url <url>",
    "--auth-string <user:password>",
    "--host <address>",
    "--port <number>",
  ])
    expect(out).toContain(option);
  expect(out).toContain("PRAETOR_DASHBOARD_AUTH_STRING");
});
