import { expect, test } from "vitest";
import { mergedJobVariables } from "./merged-job-variables.ts";

const template = {
  variables: {
    properties: { image: { default: "node:24" }, env: { default: {} }, memory: { default: null } },
  },
};

test("the run goes before its deployment, and that before the defaults of the pool", () => {
  const merged = mergedJobVariables({
    run: { image: "node:26" },
    deployment: { image: "node:25", env: { REGION: "eu" } },
    template,
  });
  expect(merged).toEqual([
    { name: "env", value: { REGION: "eu" }, source: "deployment", overrides: ["pool"] },
    { name: "image", value: "node:26", source: "run", overrides: ["deployment", "pool"] },
  ]);
});

test("a pool without a template adds nothing", () => {
  expect(mergedJobVariables({ run: {}, deployment: {}, template: {} })).toEqual([]);
});
