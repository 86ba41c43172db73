// One line per step: its title and duration. In a terminal the seconds are updated.
import { AsyncLocalStorage } from "node:async_hooks";

const terminal = process.stdout.isTTY === true;
const dim = (text) => (terminal && !process.env.NO_COLOR ? `\x1b[2m${text}\x1b[0m` : text);
/** Output of concurrent steps. */
const kept = new AsyncLocalStorage();

export const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

export function say(text) {
  const lines = kept.getStore();
  if (lines) lines.push(text);
  else process.stdout.write(`${text}\n`);
}

/** Buffers the output of `work` until it has ended, so that lines of concurrent steps do not mix. */
export async function saidAtItsEnd(work) {
  const lines = [];
  try {
    return await kept.run(lines, work);
  } finally {
    for (const line of lines) say(line);
  }
}

/** Whether output is currently buffered. */
export const isKept = () => kept.getStore() !== undefined;

/** A failure for the user: printed as one sentence, without a stack. */
export class Refusal extends Error {}

/** Runs `work` under a title; prints the title, then the time it took. */
export async function step(title, work) {
  const since = performance.now();
  const isDrawn = terminal && !isKept();
  const draw = () =>
    process.stdout.write(`\r${title} ${dim(`… ${Math.floor((performance.now() - since) / 1000)} s`)} `);
  let timer;
  if (isDrawn) {
    draw();
    timer = setInterval(draw, 1000);
  } else say(`${title} …`);
  try {
    const result = await work();
    say(`${isDrawn ? "\r" : ""}${title} ${dim(`(${seconds(since)})`)}      `.trimEnd());
    return result;
  } catch (error) {
    if (isDrawn) say("");
    throw error;
  } finally {
    clearInterval(timer);
  }
}

/** Runs a script's main function; a refusal is printed as its sentence, any other error with its stack. */
export async function main(work) {
  try {
    await work();
  } catch (error) {
    process.stderr.write(`\n${error instanceof Refusal ? error.message : (error.stack ?? error)}\n`);
    process.exit(1);
  }
}
