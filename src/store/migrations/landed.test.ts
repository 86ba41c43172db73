import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { migrations } from "./all.ts";

/**
 * Of what each landed migration runs, on SQLite and on PostgreSQL: its first twelve digits. A database that was made by it
 * has the shape of that text for good, so that no landed text changes; a change of the tables is a new migration.
 */
const landed: Record<string, readonly [sqlite: string, postgres: string]> = {
  "1 first": ["7c6d153c441f", "d66e8f8f44f0"],
  "2 deployments": ["08be13360357", "8ea87acdbdf6"],
  "3 blocks": ["d358d8c91b3d", "849097775136"],
  "4 automations": ["352b9d23c955", "14918e161324"],
  "5 tallies": ["637e1b4057a2", "7c4c1cb8a3d6"],
  "6 extras": ["00937e759072", "340d1d2edb64"],
  "7 services": ["2f96ef30a3df", "d671c8210318"],
  "9 replicas": ["dc0e8844fd72", "0505bea99ba1"],
  "10 run-pages": ["329fd3859b3a", "0c7be130a102"],
  "11 early-runs": ["e052473d4c5a", "276c3c46556e"],
  "12 attempt-tokens": ["220fe6c3ebc2", "d7c1dbafca26"],
  "13 automation-loops": ["0d3e0ba81045", "a754c8150d79"],
  "14 selected-states": ["2e19fd1291e9", "658f999ce4d5"],
  "15 rule-starts": ["ba8931c93b27", "c8abac134e67"],
  "16 run-lists": ["a9521b573940", "a9521b573940"],
  "17 view-layouts": ["3a2068ad313a", "dfabcb36c28e"],
  "18 ignored-until": ["9b63b6a28586", "1d8d24022772"],
  "22 schedule-pauses": ["07876b5317c6", "cda75ef87be8"],
  "20 occupancy": ["13e0253738f0", "1a23d9a4da3f"],
};

const sum = ({ up, down }: { up: string; down: string }) =>
  createHash("sha256").update(`${up}\n--\n${down}`).digest("hex").slice(0, 12);

test("landed migrations run the text that they were landed with", () => {
  const found = migrations.map(({ number, name, sqlite, postgres }) => [
    `${number} ${name}`,
    [sum(sqlite), sum(postgres)],
  ]);
  expect(Object.fromEntries(found)).toEqual(landed);
});
