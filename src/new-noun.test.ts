import { spawn } from "node:child_process";
import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { plainEnvironment } from "./testing/programs.ts";
import { makeFolder } from "./testing/scripts.ts";

// Adds a plain noun to a copy of this source: six files, and it is in schema, store, server, client and on the live
// channel. A table that is the same in both databases has one definition; others have one for each.

const newFiles: Record<string, string> = {
  "schema/notes.ts": `
import { z } from "zod";
import { column, filterOf } from "./filter.ts";
import { routes } from "./route.ts";
import { byId, Limit, Nothing, Offset, Page, rowShape, Uuid } from "./scalars.ts";

export const Note = z.object({ ...rowShape, text: z.string() });
export type Note = z.infer<typeof Note>;

const filters = { notes: filterOf({ text: column("text", ["any_", "like_"]) }).nullish() };

export const notes = routes("notes", {
  create: { method: "POST", path: "/notes/", input: z.strictObject({ text: z.string().max(1000) }), output: Note, status: 201 },
  read: { method: "GET", path: "/notes/:id", input: byId, output: Note },
  filter: { method: "POST", path: "/notes/filter", input: z.object({ ...filters, limit: Limit, offset: Offset }), output: z.array(Note) },
  count: { method: "POST", path: "/notes/count", input: z.object(filters), output: z.int() },
  update: { method: "PATCH", path: "/notes/:id", input: z.strictObject({ id: Uuid, text: z.string().max(1000) }), output: Nothing, status: 204 },
  delete: { method: "DELETE", path: "/notes/:id", input: byId, output: Nothing, status: 204 },
});
`,
  "store/migrations/9999-notes.ts": `
export const up = "create table note (id text primary key, created text not null, updated text not null, text text not null)";
export const down = "drop table note";
`,
  "store/records/notes.ts": `
import { sql } from "kysely";
import { type Note, notes } from "../../schema/notes.ts";
import type { Parsed } from "../../schema/route.ts";
import type { WriteScope } from "../engine/scope.ts";
import { table } from "../engine/table.ts";
import { noun, withRoutes } from "../noun.ts";
import { clausesOf, on } from "../sql/filter.ts";
import { newId } from "../sql/rows.ts";

const { by, readMany, lists } = table<Note, Note>("note", { from: (row) => row });
const read = by("id");
const fields = { text: on(sql.ref("note.text")) };

export const noteNoun = withRoutes(
  noun(
    {
      read,
      readMany,
      ...lists<Parsed<typeof notes.count>>({
        clauses: (dialect, filters) => clausesOf(dialect, fields, filters.notes),
        order: () => sql\`note.created, note.id\`,
      }),
    },
    {
      async create(scope: WriteScope, { text }: Parsed<typeof notes.create>): Promise<Note> {
        const note = { id: newId(scope.now()), created: scope.time, updated: scope.time, text };
        scope.write(sql\`insert into note (id, created, updated, text)
          values (\${note.id}, \${note.created}, \${note.updated}, \${text})\`);
        scope.changed("notes", "created", note.id);
        return note;
      },
      async update(scope: WriteScope, { id, text }: Parsed<typeof notes.update>): Promise<boolean> {
        if (!(await read(scope, id))) return false;
        scope.write(sql\`update note set text = \${text}, updated = \${scope.time} where id = \${id}\`);
        scope.changed("notes", "updated", id);
        return true;
      },
      async delete(scope: WriteScope, id: string): Promise<boolean> {
        if (!(await read(scope, id))) return false;
        scope.write(sql\`delete from note where id = \${id}\`);
        scope.changed("notes", "deleted", id);
        return true;
      },
    },
  ),
  { routes: notes, missing: "Note not found." },
);
`,
};

const newLines: Record<string, { after: string; line: string }[]> = {
  "schema/live.ts": [{ after: "export const liveNouns = [", line: '"notes",' }],
  "store/migrations/all.ts": [
    { after: "", line: 'import * as notes from "./9999-notes.ts";' },
    {
      after: "export const migrations: readonly Migration[] = [",
      line: '...[{ number: 9999, name: "notes", losesData: true, sqlite: notes, postgres: notes }],',
    },
  ],
  "store/nouns.ts": [
    { after: "", line: 'import { noteNoun } from "./records/notes.ts";' },
    { after: "export const nouns = {", line: "notes: noteNoun," },
  ],
};

/** Uses the noun over HTTP, through the client, and on the live channel. */
const use = `
import { createClient } from "./client/client.ts";
import { connectLive } from "./client/live.ts";
import { notes } from "./schema/notes.ts";
import { createWorld } from "./testing/world.ts";

const world = await createWorld();
const { url } = await world.listen();
const baseUrl = url + "/api";
const client = createClient({ baseUrl, send: fetch });
const heard = [];
const live = connectLive({
  baseUrl,
  onChanges: (changes) => heard.push(...changes.map(({ kind, row }) => [kind, row && row.text])),
  onReset() {},
});
const until = async (isSo) => {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10));
};
live.subscribe([{ noun: "notes" }]);
await until(() => live.seq !== null);

const first = await client.call(notes.create, { text: "first" });
await until(() => heard.length === 1);
const second = await client.call(notes.create, { text: "second" });
await until(() => heard.length === 2);
await client.call(notes.update, { id: first.id, text: "changed" });
await until(() => heard.length === 3);
const read = await client.call(notes.read, { id: first.id });
const found = await client.call(notes.filter, { notes: { text: { like_: "second" } } });
const count = await client.call(notes.count, {});
await client.call(notes.delete, { id: first.id });
await until(() => heard.length === 4);
const missing = await fetch(baseUrl + "/notes/" + first.id);
const inside = await world.store.transaction((tx) => tx.notes.readMany([first.id, second.id]));

live.close();
await world.close();
console.log(JSON.stringify({
  heard, count, read: read.text, found: found.map(({ text }) => text),
  missing: [missing.status, (await missing.json()).detail], inside: inside.map(({ text }) => text),
}));
`;

const folder = makeFolder();
const copy = join(folder.path, "src");

beforeAll(() => {
  const isTest = /\.test(-d)?\.tsx?$/;
  const ui = join(import.meta.dirname, "ui");
  cpSync(import.meta.dirname, copy, {
    recursive: true,
    filter: (file) => file !== ui && !isTest.test(file),
  });
  for (const name of ["node_modules", "package.json", "public"]) {
    symlinkSync(join(import.meta.dirname, "..", name), join(folder.path, name));
  }
});
afterAll(() => folder.remove());

test("a plain noun takes six files, from the schema to the live channel", async () => {
  expect(Object.keys(newFiles).length + Object.keys(newLines).length).toBeLessThanOrEqual(6);
  for (const [file, code] of Object.entries(newFiles)) writeFileSync(join(copy, file), code);
  for (const [file, lines] of Object.entries(newLines)) {
    let code = readFileSync(join(copy, file), "utf8");
    for (const { after, line } of lines) {
      expect(code).toContain(after);
      code = code.replace(after, `${after}${line}\n`);
    }
    writeFileSync(join(copy, file), code);
  }
  writeFileSync(join(copy, "use.ts"), use);

  const child = spawn(process.execPath, [join(copy, "use.ts")], {
    env: plainEnvironment,
    stdio: ["ignore", "pipe", "inherit"],
  });
  expect(JSON.parse(await text(child.stdout))).toEqual({
    heard: [
      ["created", "first"],
      ["created", "second"],
      ["updated", "changed"],
      ["deleted", null],
    ],
    count: 2,
    read: "changed",
    found: ["second"],
    missing: [404, "Note not found."],
    inside: ["second"],
  });
});
