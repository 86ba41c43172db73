// The steps of `npm test`. Each returns its counts, and the names of failed tests; a plain check counts as one.
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ensureChromium } from "./browser.mjs";
import { missingFromLock } from "./lock.mjs";
import { ensurePostgres } from "./postgres.mjs";
import { before, ensurePrefect, newest } from "./prefect.mjs";
import { run, start } from "./processes.mjs";
import { isKept, say } from "./progress.mjs";
import { playwrightReport, vitestReport } from "./reports.mjs";
import { cache, root } from "./setup.mjs";
import { buildUi, ensureUi } from "./ui.mjs";

/** External prerequisites of steps; each is fetched once, while earlier steps run. */
export const supplies = {
  postgres: ensurePostgres,
  chromium: (env) => ensureChromium(env).then((path) => ({ path })),
  [newest]: () => ensurePrefect(newest),
  [before]: () => ensurePrefect(before),
};

/** By name, cheapest first. Called with the environment and a function that waits for a prerequisite. */
export const steps = {
  lock: { title: "Lock file is complete", work: async () => check(missingFromLock()) },
  biome: {
    title: "Format and lint",
    work: tool("biome", ["ci", `--colors=${process.stdout.isTTY ? "force" : "off"}`]),
  },
  types: { title: "Types", work: tool("tsc", ["-p", "tsconfig.json"]) },
  "types-ui": { title: "Types of the dashboard", work: tool("tsc", ["-p", "tsconfig.web.json"]) },
  "types-library": {
    title: "Types of the library, as packed",
    work: tool("tsc", ["-p", "tsconfig.build.json", "--noEmit"]),
  },
  knip: { title: "Nothing unused", work: tool("knip", ["--no-progress"]) },
  unit: { title: "Tests", needs: ["postgres"], work: vitest(["node", "ui"]) },
  build: { title: "Dashboard builds", work: async (env) => check(await problemOf(buildUi(env))) },
  package: { title: "Package installs and runs", work: onUi(vitest(["package"])) },
  e2e: { title: "End-to-end tests in Chromium", needs: ["postgres", "chromium"], work: onUi(playwright) },
  faults: { title: "Faults, in their small forms", needs: ["postgres"], work: vitest(["faults"]) },
  prefect: {
    title: `Prefect's clients and server (${newest})`,
    needs: ["postgres", "chromium", newest],
    work: onUi(prefect(newest)),
  },
  "prefect-3.8": {
    title: `A deployment of Prefect ${before}, from its worker to its end`,
    needs: ["postgres", "chromium", before],
    work: onUi(prefect(before, ["e2e/prefect/pool.test.ts"])),
  },
};

/**
 * In this order. Steps of one line run concurrently, those of an inner list one after the other. Browsers keep two
 * cores busy by themselves; the last line has tests that mostly wait, for other processes or for time to pass.
 */
export const order = [
  ["lock", "biome", "types", "types-ui", "types-library", "knip"],
  ["unit"],
  ["build"],
  ["e2e"],
  [
    ["package", "faults"],
    ["prefect", "prefect-3.8"],
  ],
];

function check(problems) {
  for (const problem of problems) say(problem);
  return problems.length === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

function tool(command, args) {
  return async (env) => {
    const { code, output } = await run(command, args, { cwd: root, env });
    return check(code === 0 ? [] : [output.trim()]);
  };
}

function problemOf(work) {
  return work.then(
    () => [],
    (error) => [error.message],
  );
}

let ui;
/** Steps that need the built dashboard. Concurrent steps must not build it at the same time. */
function onUi(work) {
  return async (env, supply) => {
    ui ??= ensureUi(env);
    const missing = await problemOf(ui);
    return missing.length > 0 ? check(missing) : work(env, supply);
  };
}

/** Tests that need PostgreSQL find it themselves, and are skipped without it. */
async function sayWithoutPostgres(supply) {
  const { reason } = await supply("postgres");
  if (reason) say(`Tests on PostgreSQL are skipped: ${reason}.`);
}

function vitest(projects, files = []) {
  const chosen = projects.flatMap((name) => ["--project", name]);
  return async (env, supply) => {
    if (projects[0] !== "package") await sayWithoutPostgres(supply);
    const report = reportFile(`vitest-${projects[0]}.json`);
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const code = await show("vitest", ["run", ...chosen, ...reporters, ...files], env);
    return agree(code, vitestReport(report));
  };
}

async function playwright(env, supply) {
  const specs = readdirSync(join(root, "e2e")).filter((name) => name.endsWith(".spec.ts"));
  if (specs.length === 0) return check(["e2e/ has no *.spec.ts"]);
  await sayWithoutPostgres(supply);
  let chromium;
  const missing = await problemOf(supply("chromium").then(({ path }) => (chromium = path)));
  if (!chromium) return check(missing);
  const report = reportFile("playwright.json");
  const config = ["test", "--config", "e2e/playwright.config.ts", "--reporter=list,json"];
  const code = await show("playwright", config, {
    ...env,
    CHROMIUM_PATH: chromium,
    PLAYWRIGHT_JSON_OUTPUT_FILE: report,
  });
  return agree(code, playwrightReport(report));
}

/** Tests against third-party programs, where available; all of them, or those of some files. */
function prefect(version, files = []) {
  return async (env, supply) => {
    const { bin, reason } = await supply(version);
    if (reason) {
      say(`Skipped: ${reason}.`);
      return { passed: 0, failed: 0, skipped: 1 };
    }
    let chromium;
    const missing = await problemOf(supply("chromium").then(({ path }) => (chromium = path)));
    if (!chromium) return check(missing);
    return vitest(["prefect"], files)({ ...env, PREFECT_BIN: bin, CHROMIUM_PATH: chromium }, supply);
  };
}

/** Runs a test runner with its output shown live, or at its end if another runs concurrently. */
async function show(command, args, env) {
  if (isKept()) {
    const { code, output } = await run(command, args, { cwd: root, env });
    say(output.trimEnd());
    return code;
  }
  const child = start(command, args, { cwd: root, env, stdio: ["ignore", "inherit", "inherit"] });
  return (await child.ended).code;
}

/** A runner that failed outside its tests (a file that does not load), or ran none, has failed too. */
function agree(code, { passed, failed, skipped, failures }) {
  const broken = (code !== 0 && failed === 0) || passed + failed === 0;
  if (!broken) return { passed, failed, skipped, failures };
  const ended = `a test runner ended with ${code} after ${passed + failed} tests`;
  return { passed, failed: failed + 1, skipped, failures: [...failures, ended] };
}

function reportFile(name) {
  const path = join(cache, "reports", name);
  mkdirSync(join(cache, "reports"), { recursive: true });
  rmSync(path, { force: true });
  return path;
}
