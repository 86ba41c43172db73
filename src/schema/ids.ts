const quads = Array.from({ length: 0x1_0000 }, (_, value) => value.toString(16).padStart(4, "0"));
const quad = (value: number): string => quads[value] ?? "";
// Random bits are drawn in bulk: a task run needs four ids.
const pool = new Uint16Array(4096);
let drawn = pool.length;
let lastMs = 0;
let counter = 0;
let time = "";

/**
 * A UUIDv7: sorts by the millisecond it was made in, and within one millisecond by the order it was made in, so
 * that rows written together keep their order.
 */
export function newId(ms: number = Date.now()): string {
  // The 12 bits after the version count within a millisecond; the counter continues when the clock stalls or steps back a little.
  if (ms > lastMs || lastMs - ms > 1000) startAt(ms, Math.floor(Math.random() * 256));
  else if (counter < 0xfff) counter += 1;
  else startAt(lastMs + 1, 0);
  if (drawn + 4 > pool.length) {
    crypto.getRandomValues(pool);
    drawn = 0;
  }
  const [a = 0, b = 0, c = 0, d = 0] = [pool[drawn], pool[drawn + 1], pool[drawn + 2], pool[drawn + 3]];
  drawn += 4;
  return `${time}${quad(0x7000 | counter)}-${quad(0x8000 | (a & 0x3fff))}-${quad(b)}${quad(c)}${quad(d)}`;
}

function startAt(ms: number, count: number): void {
  lastMs = ms;
  counter = count;
  const text = ms.toString(16).padStart(12, "0");
  time = `${text.slice(0, 8)}-${text.slice(8)}-`;
}
