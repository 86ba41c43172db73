import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";

const entries = ["index.ts", "cli/main.ts"] as const;

/** Loads a file in a Node that reports another version. */
const loaded = (file: string, version: string) =>
  new Promise<{ code: unknown; output: string }>((resolve) => {
    const versions = `{ ...process.versions, node: "${version}" }`;
    const pretend = `data:text/javascript,Object.defineProperty(process, "versions", { value: ${versions} })`;
    const load = `await import(${JSON.stringify(pathToFileURL(join(import.meta.dirname, file)).href)})`;
    const args = ["--import", pretend, "--input-type=module", "--eval", load, "version"];
    execFile(process.execPath, args, (error, stdout, stderr) =>
      resolve({ code: error ? error.code : 0, output: stdout + stderr }),
    );
  });

test.each(entries)("%s names the required Node version on an older one", async (file) => {
  for (const version of ["18.20.8", "20.20.2", "22.18.0"]) {
    const { code, output } = await loaded(file, version);
    expect(output).toContain(`praetor-flow needs Node 24 or newer, this is Node ${version}.`);
    expect(code).toBe(1);
  }
});

test("the SDK loads on Node 24 and newer", async () => {
  for (const version of ["24.0.0", "26.1.0"])
    expect(await loaded("index.ts", version)).toEqual({ code: 0, output: "" });
});

/** Names of Node 18's modules as far as they are used: an import of a missing module fails before any message is printed. */
const old = [
  ...[
    "async_hooks",
    "child_process",
    "crypto",
    "events",
    "fs",
    "fs/promises",
    "http",
    "module",
    "net",
    "os",
    "path",
  ],
  ...[
    "string_decoder",
    "timers/promises",
    "tls",
    "url",
    "util",
    "v8",
    "worker_threads",
    "readline",
    "readline/promises",
  ],
];

test.each(entries)(
  "what %s loads at once loads on an older Node as well, and the version is looked at first",
  (file) => {
    const seen = new Set<string>();
    const builtins = new Set<string>();
    const walk = (path: string) => {
      if (seen.has(path)) return;
      seen.add(path);
      const text = readFileSync(path, "utf8");
      for (const [, from = ""] of text.matchAll(/^(?:import|export) (?!type )[^;]*?"([^"]+)";/gm)) {
        if (from.startsWith("node:")) builtins.add(from.slice("node:".length));
        else if (from.startsWith(".")) walk(join(dirname(path), from));
      }
    };
    walk(join(import.meta.dirname, file));
    expect(seen.size).toBeGreaterThan(10);
    expect([...builtins].filter((one) => !old.includes(one))).toEqual([]);
    const [first] = /^import .*;$/m.exec(readFileSync(join(import.meta.dirname, file), "utf8")) ?? [];
    expect(first).toMatch(/^import "\.{1,2}\/node-version\.ts";$/);
  },
);
