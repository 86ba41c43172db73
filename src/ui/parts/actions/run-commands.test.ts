import { expect, test } from "vitest";
import type { BulkVerb } from "../../../schema/selections.ts";
import { runCommands, type VerbInput } from "./run-commands.ts";

const selection = { id: "01a202c9-9323-7893-bb27-c2c9c6e6f179", noun: "flow-runs" } as const;
const of = `praetor bulk flow-runs`;
const cases: [BulkVerb, VerbInput, string][] = [
  ["cancel", {}, `${of} cancel --selection ${selection.id}`],
  ["add_tags", { tags: ["a", "b c"] }, `${of} add-tags --selection ${selection.id} --tag a --tag 'b c'`],
  [
    "set_state",
    { state: { type: "FAILED", name: "By hand", message: "it's over" }, force: true },
    `${of} set-state --selection ${selection.id} --type failed --name 'By hand' --message 'it'\\''s over' --force`,
  ],
];

test.each(cases)("%s for all that match is one command", (verb, input, command) => {
  expect(runCommands.bulk(selection, verb, input)).toBe(command);
});
