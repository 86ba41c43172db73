// Finds a Chromium for the end-to-end tests, or installs one: an installed browser, else Playwright's,
// else Debian's package. Playwright gets it as `executablePath` from the variable CHROMIUM_PATH.
import { existsSync } from "node:fs";
import { run } from "./processes.mjs";
import { Refusal, say, step } from "./progress.mjs";
import { root } from "./setup.mjs";

const known = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** The path of a Chromium that starts. */
export async function ensureChromium(env) {
  const configured = process.env.CHROMIUM_PATH ?? process.env.CHROMIUM;
  if (configured) {
    if (await starts(configured)) return configured;
    throw new Refusal(`CHROMIUM_PATH says ${configured}, but that does not start as a Chromium.`);
  }
  const candidates = [...known, await playwrights(env)];
  const found = await firstThatStarts(candidates);
  if (found) return found;
  for (const [title, install] of installers) {
    const installed = await attempt(title, () => install(env));
    const chromium = installed && (await firstThatStarts(candidates));
    if (chromium) return chromium;
  }
  throw new Refusal(
    "No Chromium: none was found, and neither Playwright's nor Debian's could be installed. Install Chromium or Chrome, or set CHROMIUM_PATH to one, and run the tests again.",
  );
}

const installers = [
  [
    "Getting Playwright's Chromium",
    (env) => works("playwright", ["install", "chromium"], { cwd: root, env }),
  ],
  ["Installing Debian's Chromium", installDebians],
];

async function installDebians() {
  if (!existsSync("/usr/bin/apt-get")) return false;
  const asRoot = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const apt = (...args) => {
    const [command, ...rest] = [...asRoot, "apt-get", ...args];
    return works(command, rest, { env });
  };
  return (
    (await apt("update")) &&
    (await apt("install", "-y", "--no-install-recommends", "chromium", "fonts-liberation"))
  );
}

async function attempt(title, install) {
  const worked = await step(title, install);
  if (!worked) say("  could not be had");
  return worked;
}

async function works(command, args, options) {
  const { code } = await run(command, args, { ...options, timeout: 600_000 });
  return code === 0;
}

/** Path of Playwright's own browser, whether or not it is installed. */
async function playwrights(env) {
  const script = 'import("@playwright/test").then(({ chromium }) => console.log(chromium.executablePath()))';
  const { output } = await run("node", ["-e", script], { cwd: root, env });
  return output.trim();
}

async function firstThatStarts(candidates) {
  for (const path of candidates) if (existsSync(path) && (await starts(path))) return path;
  return undefined;
}

async function starts(path) {
  const { code, output } = await run(path, ["--version", "--no-sandbox"], { timeout: 20_000 });
  return code === 0 && /chrom/i.test(output);
}
