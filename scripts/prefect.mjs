// Prefect's own programs, which the tests of the step `prefect` run against ours and the other way round. They
// come from Python's package index into a virtual environment in `.cache`, once.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./processes.mjs";
import { say, step } from "./progress.mjs";
import { cache } from "./setup.mjs";

// The last of 3.8, the version that the contract was taken from; 3.9 no longer runs on Python 3.10.
const version = "3.8.8";
// It takes later ones of these, but its server does not start with FastAPI 0.151, nor its scheduler run with
// SQLAlchemy 2.1.
const wanted = [`prefect==${version}`, "fastapi<0.151", "sqlalchemy<2.1"];
const folder = join(cache, `prefect-${version}`);
const programs = process.platform === "win32" ? "Scripts" : "bin";
const bin = join(folder, programs);
const python = join(bin, process.platform === "win32" ? "python.exe" : "python");
/** Says what was installed. Written last, so that an interrupted installation is never taken for a whole one. */
const stamp = join(folder, "installed");
const minutes = 60_000;

/** The folder of its programs, or why it cannot be had on this machine. */
export async function ensurePrefect() {
  if (isInstalled() && (await answers())) return { bin };
  const found = await findPython();
  if (!found) return { reason: "there is no Python 3.10 or newer with venv on this machine" };
  const problem = await step(`Getting Prefect ${version}`, () => install(found));
  return problem ? { reason: problem } : { bin };
}

const isInstalled = () => existsSync(stamp) && readFileSync(stamp, "utf8") === wanted.join("\n");
const answers = async () =>
  (await run(python, ["-c", "import prefect"], { timeout: 2 * minutes })).code === 0;

async function findPython() {
  const newer = ["3.13", "3.12", "3.11", "3.10"].map((number) => `python${number}`);
  const check = "import sys, venv, ensurepip; sys.exit(not (3, 10) <= sys.version_info < (3, 15))";
  for (const name of [process.env.PYTHON, "python3", ...newer, "python"]) {
    if (name && (await run(name, ["-c", check], { timeout: minutes })).code === 0) return name;
  }
  return undefined;
}

async function install(found) {
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
