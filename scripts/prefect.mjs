// Prefect's own programs, which the tests of the step `prefect` run against ours and vice versa. They are
// installed once per version from Python's package index into a virtual environment in `.cache`.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./processes.mjs";
import { say, step } from "./progress.mjs";
import { cache } from "./setup.mjs";

/** The newest version, which everything is tested against; `PREFECT_VERSION` names another for one run. */
export const newest = process.env.PREFECT_VERSION || "3.9.1";
/** The last of 3.8: its clients and its server have to work as well. */
export const before = "3.8.8";
// Prefect accepts later versions of these, but the server of 3.8 does not start with FastAPI 0.151, and its scheduler
// fails with SQLAlchemy 2.1.
const wantedFor = (version) => [`prefect==${version}`, "fastapi<0.151", "sqlalchemy<2.1"];
const minutes = 60_000;

/** The folder of one version. */
function folderOf(version) {
  const folder = join(cache, `prefect-${version}`);
  const isWindows = process.platform === "win32";
  const bin = join(folder, isWindows ? "Scripts" : "bin");
  return {
    ...{ version, folder, bin, wanted: wantedFor(version) },
    python: join(bin, isWindows ? "python.exe" : "python"),
    /** Records what was installed. Written last, so that an interrupted installation never counts as complete. */
    stamp: join(folder, "installed"),
    /** 3.9 no longer runs on Python 3.10. */
    oldestMinor: /^3\.[0-8]\./.test(version) ? 10 : 11,
  };
}

/** The folder of its programs, or why it is unavailable on this machine. */
export async function ensurePrefect(version = newest) {
  const place = folderOf(version);
  if (isInstalled(place) && (await answers(place))) return { bin: place.bin };
  const found = await findPython(place.oldestMinor);
  if (!found)
    return { reason: `there is no Python 3.${place.oldestMinor} or newer with venv on this machine` };
  const problem = await step(`Getting Prefect ${version}`, () => install(place, found));
  return problem ? { reason: problem } : { bin: place.bin };
}

const isInstalled = ({ stamp, wanted }) =>
  existsSync(stamp) && readFileSync(stamp, "utf8") === wanted.join("\n");
const answers = async ({ python }) =>
  (await run(python, ["-c", "import prefect"], { timeout: 2 * minutes })).code === 0;

async function findPython(oldestMinor) {
  const newer = [14, 13, 12, 11, 10]
    .filter((minor) => minor >= oldestMinor)
    .map((minor) => `python3.${minor}`);
  const check = `import sys, venv, ensurepip; sys.exit(not (3, ${oldestMinor}) <= sys.version_info < (3, 15))`;
  for (const name of [process.env.PYTHON, "python3", ...newer, "python"]) {
    if (name && (await run(name, ["-c", check], { timeout: minutes })).code === 0) return name;
  }
  return undefined;
}

async function install({ version, folder, python, stamp, wanted }, found) {
  mkdirSync(cache, { recursive: true });
  rmSync(folder, { recursive: true, force: true });
  const made = await run(found, ["-m", "venv", folder], { timeout: 2 * minutes });
  if (made.code !== 0) return `python -m venv failed: ${lastLine(made.output)}`;
  const quiet = ["--quiet", "--disable-pip-version-check", "--no-input", "--only-binary", ":all:"];
  const bounded = ["--retries", "1", "--timeout", "20"];
  for (const isLast of [false, true]) {
    const args = ["-m", "pip", "install", ...quiet, ...bounded, ...wanted];
    const { code, output } = await run(python, args, { timeout: 5 * minutes });
    if (code === 0) return writeFileSync(stamp, wanted.join("\n"));
    if (isLast) return `pip could not install prefect ${version}: ${lastLine(output)}`;
    say("  once more");
  }
}

const lastLine = (output) => output.trim().split("\n").at(-1) || "it did not end in time";
