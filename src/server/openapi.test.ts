import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { routes } from "../schema/route.ts";
import { createWorld, type World } from "../testing/world.ts";
import { openApi } from "./openapi.ts";

const faults = (description: unknown) => new Validator().validate(Object(description));

describe("the description of the API", () => {
  let world: World;
  let description: unknown;
  beforeAll(async () => {
    world = await createWorld();
    const response = await world.fetch(new Request("http://praetor.test/api/openapi.json"));
    description = await response.json();
  });
  afterAll(() => world.close());

  test("is OpenAPI 3.1 without dangling references", async () => {
    expect(await faults(description)).toEqual({ valid: true });
  });

  test("has valid JSON Schemas and unique operation names", () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    const operations: string[] = [];
    JSON.stringify(description, (key, value) => {
      if (key === "operationId") operations.push(value);
      if (key === "schema") expect(ajv.validateSchema(value), JSON.stringify(ajv.errors)).toBe(true);
      return value;
    });
    expect(new Set(operations).size).toBe(operations.length);
    expect(operations).toHaveLength(world.routes.length);
  });
});

test("recursive schemas, whole or in part, are referenced", async () => {
  const Node = z.object({
    name: z.string(),
    get nodes() {
      return z.array(Node);
    },
  });
  const { tree } = routes("trees", {
    tree: {
      method: "POST",
      path: "/trees/",
      input: z.object({ roots: z.array(Node), one: Node }),
      output: Node,
    },
  });
  const description = openApi([tree], "1")();
  expect(await faults(description)).toEqual({ valid: true });
  const ajv = new Ajv2020({ strict: false }).addSchema({ ...Object(description), $id: "api" });
  const at = "/paths/~1api~1trees~1/post/responses/200/content/application~1json/schema";
  const answer = ajv.compile({ $ref: `api#${at}` });
  expect(answer({ name: "a", nodes: [{ name: "b", nodes: [] }] })).toBe(true);
  expect(answer({ name: "a", nodes: [{ name: 1, nodes: [] }] })).toBe(false);
});
