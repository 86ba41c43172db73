// A flow to watch while it runs: one week of earthquakes (magnitude 2.5 and above), replayed in order in
// a good minute. Each quake is a task that lasts as long as its first wave took to the nearest station; strong
// ones send a page, and the pager takes one message at a time, so some of those tasks have to retry.
//
//   node examples/live-feed.ts
import { setTimeout as sleep } from "node:timers/promises";
import { flow, runContext, runLogger, task } from "../src/index.ts";
import { readData } from "./data.ts";

interface Quake {
  id: string;
  place: string;
  magnitude: number;
  time: number;
  /** Degrees to the nearest station, where known. */
  distance: number | null;
}
interface Feature {
  id: string;
  properties: { mag: number; place: string; time: number; dmin: number | null };
}

const minute = 60_000;
const hour = 60 * minute;
/** One hour of 2018 in milliseconds of today: the week takes some 75 seconds. */
const hourLasts = 450;
const kmPerDegree = 111;
const kmPerSecond = 6;

const readQuakes = task({ name: "read-quakes" }, async (): Promise<Quake[]> => {
  const { features }: { features: Feature[] } = JSON.parse(await readData("earthquakes.json"));
  const quakes = features.map(({ id, properties: { mag, place, time, dmin } }) => {
    return { id, place, magnitude: mag, time, distance: dmin };
  });
  return quakes.filter(({ magnitude }) => magnitude >= 2.5).sort((a, b) => a.time - b.time);
});

const measure = task(
  { name: "measure", runName: ({ id }) => `measure-${id}`, timeout: "30s" },
  async (quake: Quake): Promise<number> => {
    const travelSeconds = ((quake.distance ?? 0.1) * kmPerDegree) / kmPerSecond;
    await sleep(Math.min(travelSeconds * 250, 6000), undefined, { signal: runContext().signal });
    runLogger().info(`M ${quake.magnitude.toFixed(1)} ${quake.place}`);
    return quake.magnitude;
  },
);

/** Takes a message only when the previous one is sent. */
class Pager {
  #freeAt = 0;
  send(text: string): void {
    const now = Date.now();
    if (now < this.#freeAt) throw new Error(`the pager is busy for another ${this.#freeAt - now} ms`);
    this.#freeAt = now + 700;
    runLogger().warn(`Paged: ${text}`);
  }
}
const pager = new Pager();

const page = task(
  {
    name: "page",
    runName: ({ id }) => `page-${id}`,
    tags: ["pager"],
    retries: 8,
    retryDelay: [1, 2, 3],
    retryJitter: 0.5,
  },
  (quake: Quake, magnitude: number): void => pager.send(`M ${magnitude.toFixed(1)} ${quake.place}`),
);

const summarise = task({ name: "summarise" }, (magnitudes: number[]): string => {
  const strongest = Math.max(...magnitudes);
  return `${magnitudes.length} earthquakes, the strongest of magnitude ${strongest.toFixed(1)}`;
});

const liveFeed = flow({ name: "live-feed", tags: ["example", "live"] }, async () => {
  const quakes = await readQuakes();
  const began = Date.now();
  const firstTime = quakes[0]?.time ?? 0;
  const measured = [];
  const paged = [];
  for (const quake of quakes) {
    const due = began + ((quake.time - firstTime) / hour) * hourLasts;
    await sleep(Math.max(0, due - Date.now()), undefined, { signal: runContext().signal });
    const magnitude = measure.submit(quake);
    measured.push(magnitude);
    if (quake.magnitude >= 5) paged.push(page.submit(quake, magnitude));
  }
  await Promise.all(paged.map((future) => future.result()));
  return summarise.submit(measured).result();
});

console.log(await liveFeed());
