import { expect, test } from "vitest";
import { mask } from "../../schema/block-documents.ts";
import { formSchemaOf, hasMask, referenceTo, referredId, typesAt } from "./form-schema.ts";

const fields = {
  title: "Service",
  type: "object",
  block_schema_references: {
    login: { block_type_slug: "login" },
    store: [{ block_type_slug: "s3" }, { block_type_slug: "gcs" }],
  },
  secret_fields: ["token", "headers.*"],
  properties: {
    url: { type: "string", title: "URL" },
    token: { anyOf: [{ type: "string", format: "password", writeOnly: true }, { type: "null" }] },
    value: { title: "Value", format: "password", anyOf: [{ type: "string", format: "password" }, {}] },
    headers: { type: "object", title: "Headers" },
    login: { title: "Login", allOf: [{ $ref: "#/definitions/Login" }] },
    store: { title: "Store" },
  },
  definitions: { Login: { properties: { password: { type: "string", format: "password" } } } },
};

test("secrets and held blocks have controls of their own, everything else is as it was", () => {
  const { properties, definitions } = formSchemaOf({ fields });
  expect(properties).toMatchObject({
    url: { type: "string", title: "URL" },
    token: { anyOf: [{ type: "string", "x-control": "secret" }, { type: "null" }] },
    value: { title: "Value", type: "string", "x-control": "secret" },
    headers: { title: "Headers", additionalProperties: { "x-control": "secret" } },
    login: { title: "Login", "x-control": "block", "x-block-types": ["login"] },
    store: { title: "Store", "x-control": "block", "x-block-types": ["s3", "gcs"] },
  });
  expect(definitions).toMatchObject({ Login: { properties: { password: { "x-control": "secret" } } } });
  expect(typesAt(fields, "url")).toEqual([]);
});

test("references are read as they are written, and masks are found at any depth", () => {
  expect(referredId(referenceTo("1"))).toBe("1");
  expect(referredId({ a: 1 })).toBeUndefined();
  expect([mask, { a: [mask] }, { a: "x" }, null].map(hasMask)).toEqual([true, true, false, false]);
});
