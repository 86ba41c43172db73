import { randomFillSync } from "node:crypto";

const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
const pool = new Uint8Array(8192);
let used = pool.length;
let lastMs = 0;
let prefix = "";
let counter = 0;

const byte = (index: number): string => hex[pool[index] ?? 0] ?? "00";

/** A UUIDv7. Those of one process sort in the order they were made, also within a millisecond. */
export function uuid7(): string {
  const ms = Date.now();
  // Twelve bits of counter; a fuller millisecond borrows from the next.
  if (ms > lastMs || counter >= 0xfff) {
    lastMs = Math.max(ms, lastMs + (ms > lastMs ? 0 : 1));
    const text = lastMs.toString(16).padStart(12, "0");
    prefix = `${text.slice(0, 8)}-${text.slice(8)}-7`;
    counter = 0;
  }
  if (used + 8 > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const at = used;
  used += 8;
  const variant = hex[((pool[at] ?? 0) & 0x3f) | 0x80] ?? "80";
  const tail = byte(at + 2) + byte(at + 3) + byte(at + 4) + byte(at + 5) + byte(at + 6) + byte(at + 7);
  return `${prefix}${(counter++).toString(16).padStart(3, "0")}-${variant}${byte(at + 1)}-${tail}`;
}
