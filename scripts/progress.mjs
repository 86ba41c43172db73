// One line per step: what is done and how long it took. A terminal sees the seconds go by.
const terminal = process.stdout.isTTY === true;
const dim = (text) => (terminal && !process.env.NO_COLOR ? `\x1b[2m${text}\x1b[0m` : text);

export const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;
export const say = (text) => process.stdout.write(`${text}\n`);

/** A failure that is the user's to read: printed as one sentence, without a stack. */
export class Refusal extends Error {}

/** Runs `work` under a title; prints the title, then the time it took. */
export async function step(title, work) {
  const since = performance.now();
  const draw = () =>
    process.stdout.write(`\r${title} ${dim(`… ${Math.floor((performance.now() - since) / 1000)} s`)} `);
  let timer;
  if (terminal) {
    draw();
    timer = setInterval(draw, 1000);
  } else say(`${title} …`);
  try {
    const result = await work();
    say(`${terminal ? "\r" : ""}${title} ${dim(`(${seconds(since)})`)}      `.trimEnd());
    return result;
  } catch (error) {
    if (terminal) say("");
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
