import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { settingVariables } from "./schema/settings.ts";
import { accessOf } from "./store/threads/postgres-url.ts";

// No container engine runs here: names used in these files are checked against the source.

const root = join(import.meta.dirname, "..");
const read = (name: string) => readFileSync(join(root, name), "utf8");

const Service = z.object({
  build: z.literal(".").optional(),
  image: z.string(),
  environment: z.record(z.string(), z.string()),
  volumes: z.array(z.string()),
  ports: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
});
const Compose = z.object({
  services: z.object({ server: Service, database: Service }),
  volumes: z.record(z.string(), z.null()),
});

const { services, volumes } = Compose.parse(parse(read("compose.yaml")));
const dockerfile = read("Dockerfile").replaceAll("\\\n", " ").split("\n");
const known: string[] = Object.values(settingVariables).flat();

/** Substitutes variables as the engine does; throws for a variable without a value. */
const filled = (text = "", values: Record<string, string> = {}) =>
  text.replace(/\$\{(\w+):\?[^}]+\}/g, (_, name) => values[name] ?? `no ${name}`);

test("the server's environment contains only known settings", () => {
  const reported = Object.keys(services.server.environment);
  const built = dockerfile.flatMap((line) =>
    [...line.matchAll(/\b(PRAETOR_\w+)=/g)].map(([, name = ""]) => name),
  );
  expect([...reported, ...built].filter((name) => !known.includes(name))).toEqual([]);
});

test("the database URL points to the database service of the same file", () => {
  const values = { PRAETOR_DATABASE_PASSWORD: "s3cret" };
  const access = accessOf(filled(services.server.environment.PRAETOR_DATABASE_URL, values));
  const { POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB } = services.database.environment;
  expect(access).toMatchObject({ host: "database", port: 5432, user: POSTGRES_USER, database: POSTGRES_DB });
  expect(access.password).toBe(filled(POSTGRES_PASSWORD, values));
  expect(services.server.depends_on).toEqual({ database: { condition: "service_healthy" } });
  expect(services.database.healthcheck?.test.slice(0, 2)).toEqual(["CMD", "pg_isready"]);
});

test("the image's pg_dump has the version of the database service", () => {
  const client = /\bpostgresql-client-(\d+)\b/.exec(dockerfile.join("\n"))?.[1];
  expect(services.database.image).toBe(`postgres:${client}`);
});

test("no password is committed, and no port is published to other machines", () => {
  const values = [services.server, services.database].flatMap(({ environment }) =>
    Object.entries(environment),
  );
  const secrets = values.filter(([name]) => /PASSWORD|AUTH/.test(name)).map(([, value]) => value);
  expect(secrets.every((value) => /^\$\{\w+:\?.+\}$/.test(value))).toBe(true);
  expect([...services.server.ports, ...services.database.ports]).toEqual(["127.0.0.1:4200:4200"]);
});

test("each volume is declared, and the server's volume is the home directory of the image", () => {
  const used = [...services.server.volumes, ...services.database.volumes].map((volume) => volume.split(":"));
  expect(used.map(([name]) => name).sort()).toEqual(Object.keys(volumes).sort());
  expect(used[0]?.[1]).toBe("/data");
  expect(dockerfile.join("\n")).toContain("PRAETOR_HOME=/data");
});

test("the image copies files that exist, and starts the command that the package installs", () => {
  const copied = dockerfile.filter((line) => /^COPY (?!--from)/.test(line));
  const sources = copied.flatMap((line) => line.split(/\s+/).slice(1, -1));
  expect(sources.length).toBeGreaterThan(0);
  expect(sources.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  const { bin, engines } = JSON.parse(read("package.json"));
  const command = dockerfile.find((line) => line.startsWith("CMD "))?.slice("CMD ".length) ?? "";
  expect(JSON.parse(command)).toEqual(["node", bin.praetor, "server", "start"]);
  expect(`>=${/^FROM node:(\d+)/m.exec(dockerfile.join("\n"))?.[1]}`).toBe(engines.node);
});
