import { expect, test } from "vitest";
import { ApiError } from "../../../client/client.ts";
import { type AutomationDraft, draftJson, readDraft } from "./drafts.ts";
import { givenTrigger } from "./presets.ts";
import { checkDraft, refusedProblems } from "./problems.ts";

const draft: AutomationDraft = {
  ...{ name: "page", description: "", enabled: true, tags: [], trigger: givenTrigger({}) },
  actions: [{ type: "send-notification", subject: "s", body: "b" }],
  ...{ actions_on_trigger: [], actions_on_resolve: [] },
};

test("what is missing is found at its place before the server is asked", () => {
  expect(checkDraft({ ...draft, name: " " }).problems).toEqual([
    { path: "name", message: "Required" },
    { path: "actions.0.block_document_id", message: "Required" },
  ]);
  const [problem] = checkDraft({
    ...draft,
    actions: [],
    trigger: { type: "sequence", within: null, triggers: [{ ...givenTrigger({}), within: -1 }] },
  }).problems;
  expect(problem).toMatchObject({ path: "trigger.triggers.0.within" });
});

test.each([
  ["ours", { exception_detail: [{ loc: ["body", "actions", 0, "body"], msg: "bad" }] }, "actions.0.body"],
  [
    "Prefect's, with the types of unions",
    { exception_detail: [{ loc: ["body", "trigger", "EventTrigger", "within"], msg: "bad" }] },
    "trigger.within",
  ],
  ["one about the whole", {}, ""],
])("a refusal is put at its place: %s", (_, body, path) => {
  expect(refusedProblems(new ApiError("bad", 422, body), draft)).toEqual([{ path, message: "bad" }]);
});

test("JSON is read back as the same draft; what the editor cannot show is refused with its place", () => {
  expect(readDraft(JSON.parse(JSON.stringify(draftJson(draft))))).toEqual({ draft });
  expect(readDraft({ name: "x", trigger: { type: "metric" } })).toMatchObject({
    problem: expect.stringContaining("trigger.type"),
  });
  expect(
    readDraft({ name: "x", trigger: draft.trigger, actions: [{ type: "declare-incident" }] }),
  ).toMatchObject({
    problem: expect.stringContaining("actions.0.type"),
  });
});
