import { expect, test } from "vitest";
import { Trigger } from "../../../schema/triggers.ts";
import { triggerPresets } from "../../parts/paths.ts";
import { givenTrigger, presetOf, presets, statusOf, triggerOf, withStatus } from "./presets.ts";
import { scopeLabels, scopeOf } from "./scopes.ts";

test.each(presets.map((preset) => [preset.key, preset] as const))(
  "the preset %s is a trigger that the API takes, and is edited as the same preset",
  (key, preset) => {
    const trigger = preset.make();
    const { data, error } = Trigger.safeParse(trigger);
    expect(error).toBeUndefined();
    expect(data).toMatchObject(trigger);
    expect(presetOf(trigger)?.key).toBe(key);
  },
);

test("every preset that an address can ask for exists", () => {
  expect(presets.map(({ key }) => key).toSorted()).toEqual([...triggerPresets].toSorted());
});

test("an address narrows a preset to a flow, a deployment or an event", () => {
  expect(givenTrigger({ preset: "flow-run-failed", flow: "f", deployment: "d" })).toMatchObject({
    expect: ["prefect.flow-run.Failed", "prefect.flow-run.Crashed"],
    match_related: [
      { "prefect.resource.role": "flow", "prefect.resource.id": ["prefect.flow.f"] },
      { "prefect.resource.role": "deployment", "prefect.resource.id": ["prefect.deployment.d"] },
    ],
  });
  expect(givenTrigger({ preset: "deployment-not-ready", deployment: "d" }).match).toEqual({
    "prefect.resource.id": "prefect.deployment.d",
  });
  expect(givenTrigger({ name: "shop.sale" }).expect).toEqual(["shop.sale"]);
  expect(presetOf(givenTrigger({}))?.key).toBe("flow-run-failed");
});

test("a scope is written and read back; conditions of another form are none", () => {
  const scope = { flow: ["a", "b"], deployment: [], tag: ["prod"], "work-pool": [], "work-queue": [] };
  const trigger = { ...givenTrigger({}), match_related: scopeLabels(scope) };
  expect(scopeOf(trigger)).toEqual(scope);
  expect(scopeOf({ ...trigger, match_related: { "shop.name": "x" } })).toBeUndefined();
  expect(presetOf({ ...trigger, match_related: { "shop.name": "x" } })).toBeUndefined();
});

test("a status is waited for at once or for a while", () => {
  const pool = presets.find(({ key }) => key === "pool-not-ready")?.make() ?? givenTrigger({});
  const later = withStatus(pool, "work-pool", "not-ready", 600);
  expect(statusOf(later)).toEqual({ kind: "work-pool", status: "not-ready", within: 600 });
  expect(presetOf(later)?.key).toBe("pool-not-ready");
  expect(withStatus(later, "work-pool", "not-ready", null)).toEqual(pool);
});

test("a trigger becomes the first of several", () => {
  const first = givenTrigger({});
  expect(triggerOf("compound", first)).toMatchObject({
    type: "compound",
    require: "all",
    triggers: [first, {}],
  });
  expect(triggerOf("custom", triggerOf("sequence", first))).toEqual(first);
});
