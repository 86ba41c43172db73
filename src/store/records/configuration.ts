import { sql } from "kysely";
import type { Scope, WriteScope } from "../engine/scope.ts";
import type { Configuration } from "./block-nouns.ts";

export const configurationKeys = {
  /** `{default_result_storage_block_id}`. */
  resultStorage: "default-result-storage",
  /** What CSRF tokens are made with where there is no password. */
  csrf: "csrf-secret",
} as const;

export const configurationReads = (scope: Scope) =>
  ({ read: (key) => read(scope, key) }) satisfies Partial<Configuration>;

interface Row {
  value: string;
}

export const configurationWrites = (scope: WriteScope) =>
  ({
    hold: async (key) => {
      const query = sql<Row>`select value from configuration where key = ${key}`;
      const row = await scope.first(scope.dialect.locked(query, "configuration"));
      return row && JSON.parse(row.value);
    },
    write: async (key, value) => {
      const row = rowOf(scope, key, value);
      scope.write(
        scope.dialect.build
          .insertInto("configuration")
          .values(row)
          .onConflict((conflict) =>
            conflict.column("key").doUpdateSet({ value: row.value, updated: row.updated }),
          ),
      );
    },
    writeOnce: (key, value) => {
      scope.write(
        scope.dialect.build
          .insertInto("configuration")
          .values(rowOf(scope, key, value))
          .onConflict((conflict) => conflict.column("key").doNothing()),
      );
      return read(scope, key);
    },
    delete: async (key) => {
      scope.write(scope.dialect.build.deleteFrom("configuration").where("key", "=", key));
    },
  }) satisfies Partial<Configuration>;

async function read(scope: Scope, key: string): Promise<unknown> {
  const query = scope.dialect.build.selectFrom("configuration").select("value").where("key", "=", key);
  const row = await scope.first(query);
  return row && JSON.parse(row.value);
}

const rowOf = (scope: WriteScope, key: string, value: unknown) => ({
  key,
  created: scope.time,
  updated: scope.time,
  value: JSON.stringify(value),
});
