import { expect, test } from "vitest";
import { attemptsIn, attemptsText } from "../schema/attempt-tokens.ts";
import type { StateType } from "../schema/state-types.ts";
import { attemptsAfter } from "./fencing.ts";

type Row = [
  name: string,
  before: string | null,
  token: string | null,
  way: [from: StateType | null, proposed: StateType, to?: StateType],
  after: string | null,
];

test.each<Row>([
  ["a claim takes the run", null, "a", ["SCHEDULED", "PENDING"], "a"],
  ["a claim that found no slot does not", null, "a", ["SCHEDULED", "PENDING", "SCHEDULED"], null],
  ["a start takes a run that nobody has", null, "a", ["PENDING", "RUNNING"], "a"],
  ["clients without a token take nothing", null, null, ["SCHEDULED", "PENDING"], null],
  ["who has it keeps it to the end", "a", "a", ["RUNNING", "COMPLETED"], "a"],
  ["and through a retry within the process", "a", "a", ["RUNNING", "FAILED", "SCHEDULED"], "a"],
  ["and while somebody pauses and resumes it", "a", null, ["PAUSED", "RUNNING"], "a"],
  ["and when somebody ends it", "a", null, ["RUNNING", "FAILED"], "a"],
  ["and when it waits for a slot once it is resumed", "a", null, ["PAUSED", "RUNNING", "SCHEDULED"], "a"],
  ["a crash that is tried again ends the attempt", "a", "a", ["RUNNING", "CRASHED", "SCHEDULED"], "- a"],
  ["a run that is handed back is anybody's", "a", "a", ["PENDING", "SCHEDULED"], "- a"],
  ["a run that somebody schedules again is given up", "a", null, ["CRASHED", "SCHEDULED"], "- a"],
  ["and one that somebody else begins again", "a", null, ["FAILED", "RUNNING"], "- a"],
  ["the next claim takes it", "- a", "b", ["SCHEDULED", "PENDING"], "b a"],
  [
    "a claim by a client without a token leaves the run to the process that starts it",
    "- a",
    null,
    ["SCHEDULED", "PENDING"],
    "- a",
  ],
  ["who claims what another waits to retry has it", "a", "b", ["SCHEDULED", "PENDING"], "b a"],
  [
    "the newest eight tokens are kept",
    "i h g f e d c b a",
    null,
    ["FAILED", "SCHEDULED"],
    "- i h g f e d c b",
  ],
])("%s", (_, before, token, [from, request, to = request], after) => {
  expect(attemptsText(attemptsAfter(attemptsIn(before), { token, from, proposed: request, to }))).toBe(after);
});
