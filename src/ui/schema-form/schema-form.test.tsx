import { cleanup, configure, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { parseExact } from "../../schema/exact-json.ts";
import type { Json } from "../../schema/scalars.ts";
import { settings } from "../settings.ts";
import { SchemaForm, useSchemaForm } from "./schema-form.tsx";

configure({ asyncUtilTimeout: 10_000, getElementError: (message) => new Error(message ?? "not found") });

beforeEach(() => void vi.spyOn(console, "error"));
afterEach(() => {
  cleanup();
  settings.set({ zone: "local" });
  expect(console.error).not.toHaveBeenCalled();
  vi.restoreAllMocks();
});

interface Options {
  value?: Json;
  required?: string[];
  fallback?: Json;
  definitions?: Json;
}

/** Shows a form of these properties; answers with what submitting it gives. */
const open = (properties: Json, { required = [], definitions, ...options }: Options = {}) =>
  openSchema({ type: "object", properties, required, ...(definitions ? { definitions } : {}) }, options);

async function openSchema(schema: Json, { value = {}, fallback }: Options = {}) {
  let submitted: Json | undefined;
  function Probe() {
    const form = useSchemaForm({
      schema,
      value,
      ...(fallback ? { fallback, fallbackName: "deployment" } : {}),
    });
    return (
      <>
        <SchemaForm form={form} />
        <button
          type="button"
          onClick={() => {
            submitted = form.submit();
          }}
        >
          Run
        </button>
      </>
    );
  }
  render(<Probe />);
  await screen.findByRole("button", { name: "Form" });
  return () => {
    fireEvent.click(screen.getByRole("button", { name: "Run" }));
    return submitted;
  };
}

const field = (name: string | RegExp) => screen.getByLabelText(name, { selector: "input, textarea, select" });
const type = (name: string | RegExp, text: string) =>
  fireEvent.change(field(name), { target: { value: text } });
const click = (name: string | RegExp) => fireEvent.click(screen.getByRole("button", { name }));
const toJson = () => click("JSON");
const toForm = () => click("Form");
const json = () => screen.getByRole("textbox", { name: "Parameters as JSON" });
const jsonText = () => (json() instanceof HTMLTextAreaElement ? json().textContent : "");
const messages = (element: Element) =>
  (element.getAttribute("aria-describedby") ?? "")
    .split(" ")
    .map((id) => document.getElementById(id)?.textContent)
    .join(" ");

test.each<[string, Json, (name: string) => unknown, unknown]>([
  ["text", { type: "string" }, (name) => type(name, "Oslo"), "Oslo"],
  ["a long text in several lines", { type: "string", maxLength: 4000 }, (name) => type(name, "a\nb"), "a\nb"],
  ["a whole number", { type: "integer" }, (name) => type(name, "12"), 12],
  ["a fraction", { type: "number" }, (name) => type(name, "1.50"), 1.5],
  ["a day", { type: "string", format: "date" }, (name) => type(name, "2026-03-29"), "2026-03-29"],
  ["a truth", { type: "boolean" }, () => click("true"), true],
  ["one of several", { enum: ["eu", 2, null] }, (name) => type(name, "1"), 2],
  [
    "some of several",
    { type: "array", items: { enum: ["a", "b", "c"] } },
    () => fireEvent.click(screen.getByRole("checkbox", { name: "b" })),
    ["b"],
  ],
  [
    "null where it may be",
    { anyOf: [{ type: "integer" }, { type: "null" }] },
    () => click("x is null"),
    null,
  ],
  [
    "an item of a list",
    { type: "array", items: { type: "string" } },
    () => [click("Add to x"), type("x 1", "a")],
    ["a"],
  ],
  [
    "a place of a tuple",
    { type: "array", prefixItems: [{ type: "string" }, { type: "integer" }] },
    () => [type("x 1", "a"), type("x 2", "3")],
    ["a", 3],
  ],
  [
    "a part of an object",
    { type: "object", properties: { y: { type: "string" } } },
    () => [click("Set x"), type("y", "in")],
    { y: "in" },
  ],
  [
    "a kind of a union",
    { anyOf: [{ type: "string" }, { type: "integer" }] },
    (name) => [click("integer"), type(name, "4")],
    4,
  ],
  ["JSON where the schema says nothing", {}, (name) => type(name, '{"a": [1]}'), { a: [1] }],
])("%s can be given", async (_, schema, act, expected) => {
  const submit = await open({ x: schema });
  act("x");
  expect(submit()).toEqual({ x: expected });
});

test("a record gets names of one's own, each once", async () => {
  const submit = await open(
    { x: { type: "object", additionalProperties: { type: "integer" } } },
    { required: ["x"] },
  );
  const name = () => field("Name of another value");
  fireEvent.change(name(), { target: { value: "a" } });
  fireEvent.keyDown(name(), { key: "Enter" });
  type("a", "1");
  fireEvent.change(name(), { target: { value: "a" } });
  expect(screen.getByText("a already exists")).toBeDefined();
  fireEvent.change(name(), { target: { value: "b" } });
  click("Add");
  type("b", "2");
  click("Remove a");
  click("Rename b");
  const renaming = field("New name of b");
  fireEvent.change(renaming, { target: { value: "c" } });
  fireEvent.keyDown(renaming, { key: "Enter" });
  expect(submit()).toEqual({ x: { c: 2 } });
});

test("a default is shown, is not sent, and can be gone back to", async () => {
  const submit = await open({ days: { type: "integer", default: 7 } });
  expect(field("days").getAttribute("placeholder")).toBe("7");
  expect(screen.getByText("default")).toBeDefined();
  expect(submit()).toEqual({});
  type("days", "9");
  expect(submit()).toEqual({ days: 9 });
  click("Use the default of days");
  expect(submit()).toEqual({});
});

test("what the deployment gives need not be given again, and only what differs is sent", async () => {
  const submit = await open(
    { city: { type: "string" }, days: { type: "integer" } },
    { required: ["city"], fallback: { city: "Oslo" } },
  );
  expect(field("city").getAttribute("placeholder")).toBe("Oslo");
  type("days", "2");
  expect(submit()).toEqual({ days: 2 });
});

test("what is wrong stands at its field, and the keyboard goes to the first", async () => {
  const submit = await open(
    { city: { type: "string" }, days: { type: "integer", maximum: 31 } },
    { required: ["city"], value: { days: 40 } },
  );
  expect(screen.queryByText(/expected/)).toBeNull();
  expect(submit()).toBeUndefined();
  await waitFor(() => expect(document.activeElement).toBe(field(/city/)));
  expect(field(/city/).getAttribute("aria-invalid")).toBe("true");
  expect(messages(field(/city/))).toBe("a value is required");
  expect(messages(field("days"))).toBe("expected a whole number of at most 31, got 40");
  type(/city/, "Oslo");
  type("days", "4");
  expect(submit()).toEqual({ city: "Oslo", days: 4 });
});

test("a field says what is wrong as soon as it is left", async () => {
  await open({ days: { type: "integer" } });
  type("days", "many");
  expect(messages(field("days"))).toBe("");
  fireEvent.blur(field("days"));
  expect(messages(field("days"))).toBe('expected a number, got "many"');
});

test("what is typed stays as it was typed while it means the same number", async () => {
  const submit = await open({ x: { type: "number" } });
  type("x", "1.");
  expect(field("x").getAttribute("value")).toBe("1.");
  expect(submit()).toEqual({ x: 1 });
  type("x", "1e");
  expect(submit()).toBeUndefined();
  expect(messages(field("x"))).toContain("expected a number");
});

test("numbers that JavaScript cannot hold stay as they came or were typed, in the form and as JSON", async () => {
  const written = '{"id":1234567890123456789,"share":1.0,"ids":[9007199254740993],"other":1}';
  const submit = await open(
    { id: { type: "integer" }, share: { type: "number" }, ids: {}, other: { type: "integer" } },
    { value: Object(parseExact(written)) },
  );
  expect(field("id")).toHaveProperty("value", "1234567890123456789");
  type("other", "99999999999999999999");
  expect(JSON.stringify(submit())).toBe(written.replace(":1}", ":99999999999999999999}"));
  type("other", "2");
  toJson();
  const text = screen.getByLabelText<HTMLTextAreaElement>("Parameters as JSON");
  expect(text.value).toContain('"id": 1234567890123456789');
  fireEvent.change(text, { target: { value: text.value.replace("0993", "0995") } });
  expect(JSON.stringify(submit())).toBe(written.replace(":1}", ":2}").replace("0993", "0995"));
});

test("arrows step a number within its bounds", async () => {
  const submit = await open({ x: { type: "integer", default: 2, maximum: 3 } });
  for (const _ of [1, 2, 3]) fireEvent.keyDown(field("x"), { key: "ArrowUp" });
  expect(submit()).toEqual({ x: 3 });
});

test("a time is typed in the zone of the settings, which stands beside it, and keeps its offset", async () => {
  settings.set({ zone: "Europe/Berlin" });
  const submit = await open({ at: { type: "string", format: "date-time" } });
  type("at", "2026-07-01T09:30");
  expect(submit()).toEqual({ at: "2026-07-01T09:30:00+02:00" });
  expect(screen.getByText("CEST")).toBeDefined();
  expect(screen.getByText("1 Jul 2026, 07:30:00 UTC")).toBeDefined();
});

test("items of a list are moved and removed by buttons and by the keyboard, which stays with them", async () => {
  const submit = await open(
    { x: { type: "array", items: { type: "string" } } },
    { value: { x: ["a", "b", "c"] } },
  );
  click("Move x 1 down");
  expect(submit()).toEqual({ x: ["b", "a", "c"] });
  field("x 3").focus();
  fireEvent.keyDown(field("x 3"), { key: "ArrowUp", altKey: true });
  expect(submit()).toEqual({ x: ["b", "c", "a"] });
  await waitFor(() => expect(document.activeElement).toBe(field("x 2")));
  expect(screen.getByText("Moved to 2 of 3")).toBeDefined();
  click("Remove x 1");
  expect(submit()).toEqual({ x: ["c", "a"] });
});

test("a new item has the keyboard, and is asked for until something is in it", async () => {
  const submit = await open({ x: { type: "array", items: { type: "string", format: "uri" } } });
  click("Add to x");
  await waitFor(() => expect(document.activeElement).toBe(field("x 1")));
  expect(field("x 1").getAttribute("value")).toBe("");
  expect(submit()).toBeUndefined();
  expect(messages(field("x 1"))).toBe("a value is required");
});

test("another kind of a union keeps what it has too, and its constant is filled in", async () => {
  const kind = (name: string, more: Json) => ({
    title: name,
    type: "object",
    properties: { kind: { const: name }, path: { type: "string" }, ...more },
    required: ["kind", "path"],
  });
  const submit = await open(
    { to: { anyOf: [{ $ref: "#/definitions/File" }, { $ref: "#/definitions/Bucket" }] } },
    {
      required: ["to"],
      value: { to: { kind: "File", path: "/tmp" } },
      definitions: { File: kind("File", {}), Bucket: kind("Bucket", { region: { type: "string" } }) },
    },
  );
  click("Bucket");
  type("region", "eu");
  expect(submit()).toEqual({ to: { kind: "Bucket", path: "/tmp", region: "eu" } });
});

const constantUnion = { anyOf: [{ type: "integer" }, { const: "auto", type: "string" }] };
const levelUnion = { anyOf: [{ const: "auto", type: "string" }, { type: "integer" }] };

test("the constant of a union is sent when it is chosen, and not before", async () => {
  const submit = await open(
    { workers: constantUnion, level: levelUnion },
    { required: ["workers", "level"] },
  );
  expect(submit()).toBeUndefined();
  for (const name of ["workers", "level"])
    fireEvent.click(within(screen.getByRole("group", { name: `Kind of ${name}` })).getByText("auto"));
  expect(submit()).toEqual({ workers: "auto", level: "auto" });
  fireEvent.click(within(screen.getByRole("group", { name: "Kind of workers" })).getByText("integer"));
  type(/workers/, "4");
  expect(submit()).toEqual({ workers: 4, level: "auto" });
});

test("another kind than that of the default has to be given", async () => {
  const submit = await open({ workers: { ...constantUnion, default: "auto" } });
  expect(submit()).toEqual({});
  click("integer");
  expect(submit()).toBeUndefined();
  type(/workers/, "4");
  expect(submit()).toEqual({ workers: 4 });
});

// As pydantic 2 writes them: a tag with a default is not required, and yet asked for.
const tag = (name: string) => ({ const: name, default: name, title: "Kind", type: "string" });
const pets = {
  Cat: {
    title: "Cat",
    type: "object",
    properties: { kind: tag("cat"), lives: { default: 9, title: "Lives", type: "integer" } },
  },
  Dog: {
    title: "Dog",
    type: "object",
    properties: {
      kind: tag("dog"),
      breed: { title: "Breed", type: "string" },
      lives: { title: "Lives", type: "string" },
    },
    required: ["breed"],
  },
};
const oneOf = [{ $ref: "#/definitions/Cat" }, { $ref: "#/definitions/Dog" }];
const mapping = { cat: "#/definitions/Cat", dog: "#/definitions/Dog" };
const discriminated = { oneOf, discriminator: { propertyName: "kind", mapping } };

test.each([
  ["with its discriminator", discriminated],
  ["without one", { anyOf: oneOf }],
  ["that may be null", { anyOf: [discriminated, { type: "null" }] }],
])("a union of models %s is sent with its tag, and without the other kind's fields", async (_, schema) => {
  const submit = await open({ pet: schema }, { required: ["pet"], definitions: pets });
  expect(submit()).toEqual({ pet: { kind: "cat" } });
  type("lives", "7");
  click("Dog");
  type(/breed/, "collie");
  expect(submit()).toEqual({ pet: { kind: "dog", breed: "collie" } });
  click("Cat");
  expect(submit()).toEqual({ pet: { kind: "cat" } });
});

test("another kind of a model than the default's starts without the default's fields", async () => {
  const schema = { ...discriminated, default: { kind: "dog", breed: "collie" } };
  const submit = await open({ pet: schema }, { definitions: pets });
  expect(submit()).toEqual({});
  click("Cat");
  expect(submit()).toEqual({ pet: { kind: "cat" } });
});

test("defaults of days and times are seen, and are not sent", async () => {
  settings.set({ zone: "UTC" });
  const submit = await open({
    day: { type: "string", format: "date", default: "2026-01-02" },
    at: { type: "string", format: "date-time", default: "2026-01-02T03:04:00Z" },
    naive: { type: "string", format: "date-time", default: "2026-01-02T05:06:00" },
    clock: { type: "string", format: "time", default: "06:30:00" },
  });
  expect(field("day").getAttribute("value")).toBe("2026-01-02");
  expect(field("at").getAttribute("value")).toMatch(/^2026-01-02T03:04/);
  expect(screen.getByText("2026-01-02T05:06:00")).toBeDefined();
  expect(field("clock").getAttribute("placeholder")).toBe("06:30:00");
  expect(submit()).toEqual({});
  type("day", "2026-02-03");
  expect(submit()).toEqual({ day: "2026-02-03" });
});

test("JSON starts with the values that are used, and only what differs from them is sent", async () => {
  const submit = await open(
    {
      city: { type: "string" },
      days: { type: "integer", default: 7 },
      unit: { type: "string", default: "km" },
    },
    { fallback: { city: "Oslo", days: 2 }, value: { unit: "mi" } },
  );
  toJson();
  expect(JSON.parse(jsonText())).toEqual({ city: "Oslo", days: 2, unit: "mi" });
  fireEvent.change(json(), { target: { value: '{"city":"Rome","days":2,"unit":"mi"}' } });
  expect(submit()).toEqual({ city: "Rome", unit: "mi" });
});

test("in JSON an unknown parameter is refused where the schema allows no others", async () => {
  const shut = { type: "object", properties: { city: { type: "string" } }, additionalProperties: false };
  const submit = await openSchema(shut);
  toJson();
  fireEvent.change(json(), { target: { value: '{"city":"Rome","ctiy":"Oslo"}' } });
  expect(screen.getByRole("button", { name: /no parameter “ctiy”; did you mean city\?/ })).toBeDefined();
  expect(submit()).toBeUndefined();
});

test("a text that looks like a number stays text where text was chosen", async () => {
  const submit = await open({ x: { anyOf: [{ type: "integer" }, { type: "string" }] } });
  click("string");
  type("x", "12");
  expect(submit()).toEqual({ x: "12" });
  click("integer");
  expect(submit()).toEqual({ x: 12 });
});

test("form and JSON show the same, in both directions", async () => {
  const submit = await open(
    { city: { type: "string" }, days: { type: "integer" } },
    { value: { city: "Oslo" } },
  );
  type("days", "3");
  toJson();
  expect(jsonText()).toBe('{\n  "city": "Oslo",\n  "days": 3\n}');
  fireEvent.change(json(), { target: { value: '{"city":"Rome"}' } });
  toForm();
  expect(field("city").getAttribute("value")).toBe("Rome");
  expect(field("days").getAttribute("value")).toBe("");
  expect(submit()).toEqual({ city: "Rome" });
});

test("JSON with a mistake keeps its text, says the line, and is not submitted", async () => {
  const submit = await open({ city: { type: "string" } }, { value: { city: "Oslo" } });
  toJson();
  fireEvent.change(json(), { target: { value: '{\n  "city": Oslo\n}' } });
  expect(screen.getByRole("button", { name: "Line 2: expected a value, got Oslo" })).toBeDefined();
  toForm();
  expect(screen.getByText(/Invalid JSON at line 2/)).toBeDefined();
  expect(field("city").closest("fieldset")?.disabled).toBe(true);
  expect(submit()).toBeUndefined();
  expect(jsonText()).toBe('{\n  "city": Oslo\n}');
  await waitFor(() => expect(document.activeElement).toBe(json()));
  fireEvent.change(json(), { target: { value: '{\n  "city": "Rome"\n}' } });
  expect(submit()).toEqual({ city: "Rome" });
});

test("in JSON, what the schema objects to stands at its line", async () => {
  await open({ hosts: { type: "array", items: { type: "string" } } });
  toJson();
  fireEvent.change(json(), { target: { value: '{\n  "hosts": [\n    "a",\n    7\n  ]\n}' } });
  const list = screen.getByRole("button", { name: /^Line/ });
  expect(list.textContent).toBe("Line 4: hosts.1: expected text, got 7");
});

test("a list of ten thousand items is shown in part, and as JSON in full", async () => {
  const many = Array.from({ length: 10_000 }, (_, item) => `host-${item}`);
  const submit = await open(
    { x: { type: "array", uniqueItems: true, items: { type: "string" } } },
    { value: { x: many } },
  );
  expect(document.querySelectorAll("[data-item]")).toHaveLength(100);
  click("Edit them as JSON");
  expect(jsonText()).toContain("host-9999");
  expect(submit()).toEqual({ x: many });
});

test("changes can be taken back", async () => {
  const submit = await open({ city: { type: "string" } }, { value: { city: "Oslo" } });
  type("city", "Rome");
  click("Reset changes");
  expect(submit()).toEqual({ city: "Oslo" });
  expect(screen.queryByRole("button", { name: "Reset changes" })).toBeNull();
});

test("descriptions and marks of what is required belong to their fields", async () => {
  await open({ city: { type: "string", description: "Whose weather" } }, { required: ["city"] });
  const city = within(screen.getByRole("group", { name: "Parameters" })).getByRole("textbox", {
    name: /city.*required/,
  });
  expect(messages(city)).toBe("Whose weather");
  expect(city.getAttribute("aria-required")).toBe("true");
});
