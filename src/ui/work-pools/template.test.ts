import { expect, test } from "vitest";
import { processTemplate } from "../../schema/process-pools.ts";
import { defaultsOf, defaultsSchema, faultOf, withDefaults } from "./template.ts";

const template = {
  job_configuration: { image: "{{ image }}" },
  variables: {
    type: "object",
    required: ["image"],
    properties: { image: { type: "string", title: "Image" }, cpu: { type: "number", default: 1 } },
  },
};

test("the form asks for the defaults, of which each may be left out", () => {
  expect(defaultsOf(template)).toEqual({ cpu: 1 });
  expect(defaultsSchema(template)).toEqual({
    type: "object",
    properties: { image: { type: "string", title: "Image" }, cpu: { type: "number" } },
  });
});

test("defaults are set, changed and taken out; all else stays", () => {
  expect(withDefaults(template, { image: "node:24" })).toEqual({
    job_configuration: { image: "{{ image }}" },
    variables: {
      ...template.variables,
      properties: { image: { type: "string", title: "Image", default: "node:24" }, cpu: { type: "number" } },
    },
  });
  expect(withDefaults(processTemplate, defaultsOf(processTemplate))).toEqual(processTemplate);
});

test.each([[{}], [{ variables: 3 }], [{ job_configuration: {} }]])("%j has no variables", (odd) => {
  expect(defaultsOf(odd)).toEqual({});
  expect(withDefaults(odd, { a: 1 })).toEqual(odd);
});

test("a placeholder without a variable is a fault", () => {
  expect(faultOf(template)).toBeUndefined();
  expect(faultOf({ ...template, job_configuration: { a: "{{ missing }}" } })).toMatch(/missing/);
});
