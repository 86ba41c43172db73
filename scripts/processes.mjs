// Every process that these scripts start has its own process group, so that stopping a child also stops
// its descendants.
import { spawn } from "node:child_process";
import { constants } from "node:os";

const running = new Set();
const hasGroups = process.platform !== "win32";

/** Starts a program; it is stopped when this script ends, however it ends. */
export function start(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], ...options, detached: hasGroups });
  running.add(child);
  child.ended = new Promise((resolve) => {
    child.once("error", (error) => end(child, () => resolve({ code: 127, error })));
    child.once("exit", (code, signal) => end(child, () => resolve({ code: code ?? 128, signal })));
  });
  return child;
}

function end(child, resolve) {
  running.delete(child);
  // Ends the remaining processes of a finished child's group.
  signalGroup(child, "SIGKILL");
  resolve();
}

/** Runs a program to its end and returns its exit code and output. `onOutput` receives the output as it is printed. */
export async function run(command, args, { onOutput, timeout, ...options } = {}) {
  const child = start(command, args, options);
  let output = "";
  const listen = (stream) =>
    stream?.setEncoding("utf8").on("data", (text) => {
      output += text;
      onOutput?.(text);
    });
  listen(child.stdout);
  listen(child.stderr);
  const timer = timeout && setTimeout(() => stop([child]), timeout);
  const drained = new Promise((resolve) => child.once("close", resolve).once("error", resolve));
  const { code, error } = await child.ended;
  clearTimeout(timer);
  await drained;
  return { code, output: error ? `${output}${error.message}\n` : output };
}

/** Asks children to stop, waits, and kills those that did not. */
export async function stop(children, patienceMs = 5000) {
  for (const child of children) signalGroup(child, "SIGTERM");
  const timer = setTimeout(() => {
    for (const child of children) signalGroup(child, "SIGKILL");
  }, patienceMs);
  await Promise.all(children.map((child) => child.ended));
  clearTimeout(timer);
}

export const stopAll = () => stop([...running]);

function signalGroup(child, signal) {
  if (child.pid === undefined) return;
  try {
    if (hasGroups) process.kill(-child.pid, signal);
    else child.kill(signal);
  } catch {
    // The group is empty: nothing is left to stop.
  }
}

/** Calls `cleanUp` once on Ctrl-C and the like, then exits; a second Ctrl-C does not wait. */
export function onInterrupt(cleanUp) {
  let stopRequested = false;
  const leave = async (signal) => {
    const code = 128 + constants.signals[signal];
    if (stopRequested) process.exit(code);
    stopRequested = true;
    await cleanUp();
    process.exit(code);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => leave(signal));
  // npm starts scripts through a shell, which a signal kills without being passed on.
  const parent = process.ppid;
  const watch = setInterval(() => process.ppid === parent || stopRequested || leave("SIGTERM"), 500);
  watch.unref();
  process.on("exit", () => {
    for (const child of running) signalGroup(child, "SIGKILL");
  });
}
