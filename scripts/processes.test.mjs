import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";

// A script that starts a shell, which itself starts two sleeps.
const script = (parentFirst) => `
  import { onInterrupt, start, stopAll } from ${JSON.stringify(new URL("./processes.mjs", import.meta.url).href)};
  onInterrupt(stopAll);
  const child = start("sh", ["-c", "${parentFirst}sleep 300 & sleep 300 & wait"]);
  console.log(child.pid);
  await child.ended;
`;

/** Starts the script through a shell, as npm does, and returns the id of its process group. */
async function startScript(source = script("")) {
  const shell = spawn("sh", ["-c", '"$0" --input-type=module -e "$1"; exit $?', process.execPath, source], {
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  const line = await new Promise((resolve) => shell.stdout.setEncoding("utf8").once("data", resolve));
  return { shell, group: Number(line) };
}

const isAlive = (group) => {
  try {
    return process.kill(-group, 0);
  } catch {
    return false;
  }
};

async function isGone(group) {
  for (let waited = 0; waited < 8000 && isAlive(group); waited += 50) await sleep(50);
  return !isAlive(group);
}

test.each(["SIGINT", "SIGTERM", "SIGHUP"])("%s to a process group leaves nothing running", async (signal) => {
  const { shell, group } = await startScript();
  expect(isAlive(group)).toBe(true);
  process.kill(-shell.pid, signal);
  expect(await isGone(group)).toBe(true);
});

test("if only the shell in between is killed, all other processes still end", async () => {
  const { shell, group } = await startScript();
  shell.kill("SIGKILL");
  expect(await isGone(group)).toBe(true);
});

test("a child that ignores the signal is killed after a while", async () => {
  const { shell, group } = await startScript(script("trap '' TERM; "));
  process.kill(-shell.pid, "SIGINT");
  expect(await isGone(group)).toBe(true);
});
