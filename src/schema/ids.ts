let lastMs = 0;
let counter = 0;

/**
 * A UUIDv7: sorts by the millisecond it was made in, and within one millisecond by the order it was made in, so
 * that rows written together keep their order.
 */
export function newId(ms: number = Date.now()): string {
  // The 12 bits after the version count within a millisecond; a clock that stands or steps back a little counts on.
  if (ms > lastMs || lastMs - ms > 1000) {
    lastMs = ms;
    counter = randomByte();
  } else if (counter < 0xfff) counter += 1;
  else {
    lastMs += 1;
    counter = 0;
  }
  const time = lastMs.toString(16).padStart(12, "0");
  const order = counter.toString(16).padStart(3, "0");
  const tail = crypto.randomUUID().slice(19);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${order}-${tail}`;
}

const randomByte = () => Math.floor(Math.random() * 256);
