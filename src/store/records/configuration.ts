import { sql } from "kysely";
import type { Scope, WriteScope } from "../engine/scope.ts";
import { noun } from "../noun.ts";

export const configurationKeys = {
  /** `{default_result_storage_block_id}`. */
  resultStorage: "default-result-storage",
  /** Secret of CSRF tokens when there is no password. */
  csrf: "csrf-secret",
} as const;

/** Stored configuration of the server. */
export const configurationNoun = noun(
  {
    read,
  },
  {
    /** Reads and locks the value until the transaction ends. */
    hold: async (scope: WriteScope, key: string): Promise<unknown> => {
      const query = sql<Row>`select value from configuration where key = ${key}`;
      const row = await scope.first(scope.dialect.locked(query, "configuration"));
      return row && JSON.parse(row.value);
    },
    write: async (scope: WriteScope, key: string, value: unknown): Promise<void> => {
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
    /** Writes missing values; returns the stored ones. */
    writeOnce: (scope: WriteScope, key: string, value: unknown): Promise<unknown> => {
      scope.write(
        scope.dialect.build
          .insertInto("configuration")
          .values(rowOf(scope, key, value))
          .onConflict((conflict) => conflict.column("key").doNothing()),
      );
      return read(scope, key);
    },
    delete: async (scope: WriteScope, key: string): Promise<void> => {
      scope.write(scope.dialect.build.deleteFrom("configuration").where("key", "=", key));
    },
  },
);

interface Row {
  value: string;
}

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
