import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");

/** `praetor` in the npm registry is another project's package. Ours is `praetor-flow`. */
const foreign = [
  /\b(?:npx|bunx|pnpx|pnpm dlx|yarn dlx|npm exec)\s+(?:-\S+\s+)*praetor(?![\w-])/,
  /\b(?:npm (?:i|install|add)|pnpm (?:i|install|add)|yarn add|bun (?:i|install|add))\s+(?:-\S+\s+)*praetor(?![\w-])/,
  /\b(?:from|import|require)\s*\(?\s*["'`]praetor["'`/]/,
];

test.each([
  ["npx praetor server start", true],
  ["npx --yes praetor@latest", true],
  ["npm install praetor", true],
  ["npm i -D praetor", true],
  ['import { flow } from "praetor";', true],
  ['await import("praetor")', true],
  ["npx praetor-flow server start", false],
  ['import { flow } from "praetor-flow";', false],
  ["praetor server start", false],
])("whether %s names the package of someone else: %s", (text, isForeign) => {
  expect(foreign.some((pattern) => pattern.test(text))).toBe(isForeign);
});

test("no file tells users to install, run or import the other project's package", () => {
  const tracked = execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8" });
  const files = tracked
    .split("\0")
    .filter((file) => /\.(ts|tsx|mjs|md|html|yaml|json)$|Dockerfile$/.test(file));
  const found = files
    .filter((file) => file !== "src/package-name.test.ts")
    .flatMap((file) => {
      const lines = readFileSync(join(root, file), "utf8").split("\n");
      return lines.flatMap((line, index) =>
        foreign.some((pattern) => pattern.test(line)) ? [`${file}:${index + 1} ${line.trim()}`] : [],
      );
    });
  expect(found).toEqual([]);
});
