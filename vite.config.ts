import "./src/node-version.ts";
import { readFileSync } from "node:fs";
import tailwind from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./src/testing/longest-first.ts";

// Node compiles TypeScript anew in each process and each thread; with this it does so once.
process.env.NODE_COMPILE_CACHE ??= `${import.meta.dirname}/.cache/compiled`;

const api = process.env.PRAETOR_API_URL ?? "http://127.0.0.1:4200/api";
const apiOrigin = new URL(api).origin;
const postgres = "src/testing/postgres-service.ts";
// It packs and installs the package, which takes longer than all others: a step of its own.
const packageTest = "src/package.test.ts";

/** A chunk is called after the file that it was made for: `graph-view`, not one of many `view`. */
const chunkName = (file: string | null) =>
  /src\/ui\/(.+)\.tsx?$/.exec(file ?? "")?.[1]?.replaceAll("/", "-") ?? "[name]";

/**
 * Schemas carry the way to JSON schema with them, which no page asks for: 7 kB of every first load. In the browser the
 * modules of it are empty.
 */
const withoutJsonSchemas: Plugin = {
  name: "praetor:without-json-schemas",
  apply: "build",
  load(id) {
    if (!/zod\/v4\/core\/(?:json-schema-processors|to-json-schema)\.js$/.test(id)) return undefined;
    const names = readFileSync(id, "utf8").matchAll(/^export (?:const|function) (\w+)/gm);
    return [...names].map(([, name]) => `export const ${name} = () => undefined;`).join("\n");
  },
};

export default defineConfig({
  plugins: [react(), tailwind(), withoutJsonSchemas],
  build: {
    outDir: "build/ui",
    emptyOutDir: true,
    target: "es2024",
    // The largest is a layout of diagrams that is fetched where a diagram asks for it.
    chunkSizeWarningLimit: 1_500,
    rolldownOptions: {
      output: { chunkFileNames: ({ facadeModuleId }) => `assets/${chunkName(facadeModuleId)}-[hash].js` },
    },
  },
  worker: { format: "es" },
  server: { proxy: { "/api": { target: apiOrigin, ws: true }, "/ui-settings": apiOrigin } },
  test: {
    // Tests end when their condition holds; the limits are for machines that are slow or busy.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: "node",
          environment: "node",
          include: ["src/**/*.test.ts", "scripts/*.test.mjs"],
          exclude: ["src/ui/**", packageTest],
          globalSetup: postgres,
        },
      },
      {
        extends: true,
        test: { name: "ui", environment: "happy-dom", include: ["src/ui/**/*.test.{ts,tsx}"] },
      },
      {
        extends: true,
        test: { name: "package", environment: "node", include: [packageTest], testTimeout: 300_000 },
      },
      {
        extends: true,
        test: {
          name: "faults",
          environment: "node",
          include: ["e2e/faults/*.test.ts"],
          globalSetup: postgres,
          testTimeout: 180_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: "prefect",
          environment: "node",
          include: ["e2e/prefect/*.test.ts"],
          globalSetup: postgres,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
