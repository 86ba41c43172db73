// `npm test`: every check of the project, cheapest first. Goes on after a failing one, so that one run shows
// them all; `npm test -- --only types,unit` runs some. What failed is named once more at the end, where the
// last line is the sum: N passed, N failed.
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ensureChromium } from "./browser.mjs";
import { missingFromLock } from "./lock.mjs";
import { ensurePostgres } from "./postgres.mjs";
import { before, ensurePrefect, newest } from "./prefect.mjs";
import { onInterrupt, run, start, stopAll } from "./processes.mjs";
import { main, Refusal, say, seconds } from "./progress.mjs";
import { playwrightReport, vitestReport } from "./reports.mjs";
import { cache, prepare, root } from "./setup.mjs";
import { buildUi, ensureUi } from "./ui.mjs";

/** Each step gives what it counted, and the names of tests that failed. A plain check counts as one. */
const steps = {
  lock: { title: "Lock file is complete", work: async () => check(missingFromLock()) },
  biome: {
    title: "Format and lint",
    work: tool("biome", ["ci", `--colors=${process.stdout.isTTY ? "force" : "off"}`]),
  },
  types: { title: "Types", work: tool("tsc", ["-p", "tsconfig.json"]) },
  "types-ui": { title: "Types of the dashboard", work: tool("tsc", ["-p", "tsconfig.web.json"]) },
  knip: { title: "Nothing unused", work: tool("knip", ["--no-progress"]) },
  unit: { title: "Tests", work: onPostgres(vitest(["node", "ui"])) },
  build: { title: "Dashboard builds", work: async (env) => check(await problemOf(buildUi(env))) },
  package: { title: "Package installs and runs", work: vitest(["package"]) },
  e2e: { title: "End-to-end tests in Chromium", work: onPostgres(playwright) },
  faults: { title: "Faults, in their small forms", work: onPostgres(vitest(["faults"])) },
  prefect: { title: `Prefect's clients and server (${newest})`, work: onPostgres(prefect(newest)) },
  "prefect-3.8": {
    title: `A deployment of Prefect ${before}, from its worker to its end`,
    work: onPostgres(prefect(before, ["e2e/prefect/pool.test.ts"])),
  },
};

onInterrupt(stopAll);

await main(async () => {
  const { values } = parseArgs({ options: { only: { type: "string" } } });
  const chosen = values.only?.split(",") ?? Object.keys(steps);
  const unknown = chosen.find((name) => !(name in steps));
  if (unknown) throw new Refusal(`No step is called ${unknown}; there are ${Object.keys(steps).join(", ")}.`);
  const { env } = await prepare();
  const total = { passed: 0, failed: 0, skipped: 0 };
  const failures = [];
  for (const name of chosen) {
    const counted = await perform(steps[name], env);
    for (const key of Object.keys(total)) total[key] += counted[key] ?? 0;
    if (counted.failed > 0) failures.push(...(counted.failures ?? [steps[name].title]));
  }
  if (failures.length > 0) say(`\nFailed:\n${failures.map((failure) => `  ${failure}`).join("\n")}`);
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : "";
  say(`\n${total.passed} passed, ${total.failed} failed${skipped}`);
  process.exitCode = total.failed > 0 ? 1 : 0;
});

async function perform({ title, work }, env) {
  const since = performance.now();
  say(`\n${title} …`);
  const counted = await work(env);
  say(`${counted.failed > 0 ? "✗" : "✓"} ${title} (${seconds(since)})`);
  return counted;
}

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

/** What needs PostgreSQL looks for it itself, and is skipped where there is none. */
function onPostgres(work) {
  return async (env) => {
    const { reason } = await ensurePostgres(env);
    if (reason) say(`Tests on PostgreSQL are skipped: ${reason}.`);
    return work(env);
  };
}

function vitest(projects, files = []) {
  const chosen = projects.flatMap((name) => ["--project", name]);
  return async (env) => {
    const report = reportFile(`vitest-${projects[0]}.json`);
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const code = await show("vitest", ["run", ...chosen, ...reporters, ...files], env);
    return agree(code, vitestReport(report));
  };
}

async function playwright(env) {
  const specs = readdirSync(join(root, "e2e")).filter((name) => name.endsWith(".spec.ts"));
  if (specs.length === 0) return check(["e2e/ has no *.spec.ts"]);
  let chromium;
  const missing = await problemOf(ensureChromium(env).then((path) => (chromium = path)));
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

/** Against programs that were not written here, where they can be had; all tests, or those of some files. */
function prefect(version, files = []) {
  return async (env) => {
    const { bin, reason } = await ensurePrefect(version);
    if (reason) {
      say(`Skipped: ${reason}.`);
      return { passed: 0, failed: 0, skipped: 1 };
    }
    let chromium;
    const missing = await problemOf(
      ensureUi(env)
        .then(() => ensureChromium(env))
        .then((path) => (chromium = path)),
    );
    if (!chromium) return check(missing);
    return vitest(["prefect"], files)({ ...env, PREFECT_BIN: bin, CHROMIUM_PATH: chromium });
  };
}

/** Runs a test runner with its output on the screen as it comes. */
async function show(command, args, env) {
  const child = start(command, args, { cwd: root, env, stdio: ["ignore", "inherit", "inherit"] });
  return (await child.ended).code;
}

/** A runner that failed beside its tests (a file that does not load), or ran none, has failed too. */
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
