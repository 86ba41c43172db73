// One line per step: what is done and how long it took. A terminal sees the seconds go by.
import { AsyncLocalStorage } from "node:async_hooks";

const terminal = process.stdout.isTTY === true;
const dim = (text) => (terminal && !process.env.NO_COLOR ? `\x1b[2m${text}\x1b[0m` : text);
/** Lines of work that runs beside other work. */
const kept = new AsyncLocalStorage();

export const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

export function say(text) {
  const lines = kept.getStore();
  if (lines) lines.push(text);
  else process.stdout.write(`${text}\n`);
}

/** Keeps what `work` says until it has ended, so that the lines of works that run at once do not mix. */
export async function saidAtItsEnd(work) {
  const lines = [];
  try {
    return await kept.run(lines, work);
  } finally {
    for (const line of lines) say(line);
  }
}

/** Whether what is said now is kept. */
export const isKept = () => kept.getStore() !== undefined;

/** A failure that is the user's to read: printed as one sentence, without a stack. */
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

/** Runs a script's main function; a refusal ends it with its sentence, anything else with its stack. */
export async function main(work) {
  try {
    await work();
  } catch (error) {
    process.stderr.write(`\n${error instanceof Refusal ? error.message : (error.stack ?? error)}\n`);
    process.exit(1);
  }
}
