import type { LogHit, logs } from "../schema/logs.ts";
import { problem } from "../schema/problems.ts";
import type { Output, Parsed } from "../schema/route.ts";
import type { LogPlace } from "../store/records/log-scan.ts";
import { wantedWords } from "../store/sql/text-query.ts";
import type { Store } from "../store/store.ts";

/** Small enough not to delay other readers. */
const portion = 10_000;
const maxMs = 400;

/** Searches logs in portions, newest first, until there are enough hits or the time is up. */
export async function searchLogs(
  { logs: rows }: Pick<Store, "logs">,
  { after, limit, ...query }: Parsed<typeof logs.search>,
): Promise<Output<typeof logs.search>> {
  const began = performance.now();
  const words = wantedWords(query.logs?.text?.query ?? "");
  const hits: LogHit[] = [];
  let searched = 0;
  let place = after ? positionFrom(after) : null;
  for (;;) {
    const found = await rows.scan({ ...query, limit: limit - hits.length, before: place, portion });
    searched += found.scanned;
    for (const hit of found.hits) hits.push({ ...hit, ranges: rangesOf(hit.log.message, words) });
    if (found.last === null) return { hits, searched, searched_back_to: null, next: null };
    place = found.last;
    if (hits.length >= limit || performance.now() - began > maxMs) break;
  }
  return { hits, searched, searched_back_to: place.timestamp, next: `${place.timestamp}~${place.seq}` };
}

function positionFrom(token: string): LogPlace {
  const [, timestamp, seq] = /^(\d{4}-\d\d-\d\dT[\d:.]+Z)~(\d{1,15})$/.exec(token) ?? [];
  if (timestamp && seq) return { timestamp, seq: Number(seq) };
  throw problem(
    "invalid",
    `after: expected the \`next\` of the answer before, got ${JSON.stringify(token)}.`,
  );
}

const maxRanges = 100;

/** Positions of the words, with overlaps merged. */
function rangesOf(message: string, words: readonly string[]): [number, number][] {
  const text = message.toLowerCase();
  // Some characters change length with case; positions would then be wrong.
  if (text.length !== message.length) return [];
  const all: [number, number][] = [];
  for (const word of words.map((each) => each.toLowerCase())) {
    for (let at = text.indexOf(word); at >= 0 && all.length < maxRanges; at = text.indexOf(word, at + 1)) {
      all.push([at, at + word.length]);
    }
  }
  const merged: [number, number][] = [];
  for (const [from, to] of all.toSorted((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}
