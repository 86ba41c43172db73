import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "vitest";
import { visibleTexts } from "../testing/visible-texts.ts";

// What a person reads on the screens of one feature stands together in docs/texts/, so that it can be reviewed there
// and a change of it is seen: decision 038. After a change: npm run test:unit -- src/ui/texts.test.ts -u
const ui = import.meta.dirname;
const rooms = readdirSync(ui, { withFileTypes: true }).filter((entry) => entry.isDirectory());

test.each(rooms.map(({ name }) => name))("the texts of %s are those of docs/texts", async (room) => {
  const files = readdirSync(join(ui, room), { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file))
    .sort();
  const parts = files.flatMap((file) => {
    const path = join(ui, room, file);
    const texts = visibleTexts(path, readFileSync(path, "utf8"));
    return texts.length === 0
      ? []
      : [`## ${relative(join(ui, room), path)}\n\n${texts.map((text) => `- ${text}`).join("\n")}\n`];
  });
  const page = [`# Texts of ${room}\n`, ...parts].join("\n");
  await expect(page).toMatchFileSnapshot(join(ui, "..", "..", "docs", "texts", `${room}.md`));
});
