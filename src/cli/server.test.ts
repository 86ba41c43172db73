import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { plainEnvironment } from "../testing/programs.ts";

const home = mkdtempSync(join(tmpdir(), "praetor-server-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** Standard error of a server from its start until it is asked to stop. */
function warningsOf(host: string, env: Record<string, string>): Promise<string> {
  const main = join(import.meta.dirname, "main.ts");
  const own = { ...plainEnvironment, NO_COLOR: "1", PRAETOR_HOME: home, ...env };
  const child = spawn(
    process.execPath,
    [main, "server", "start", "--host", host, "--port", "0", "--no-ui", "--json"],
    { env: own },
  );
  let text = "";
  child.stderr.on("data", (part) => {
    text += part;
  });
  // Its warning is printed before the line with its address.
  child.stdout.once("data", () => child.kill("SIGTERM"));
  return new Promise((done) => child.once("close", () => done(text)));
}

test.each([
  ["all addresses without a password", "0.0.0.0", {}, true],
  ["all addresses with a password", "0.0.0.0", { PRAETOR_API_AUTH_STRING: "me:secret" }, false],
  ["this machine only", "127.0.0.1", {}, false],
])("a server that listens on %s warns: %s %j → %s", async (_, host, env, isWarned) => {
  const text = await warningsOf(host, env);
  expect(text.includes("WARNING: this server accepts requests from anyone who can reach it.")).toBe(isWarned);
  expect(text).not.toContain("secret");
});
