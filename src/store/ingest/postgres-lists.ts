import type { Value } from "../engine/protocol.ts";
import { arrayText } from "../sql/postgres-text.ts";

type ColumnType = "text" | "bigint" | "double precision";

/** Rows sent as one list per column, so that one statement serves any number of them. */
export class Lists {
  readonly names: readonly string[];
  /** What follows `from`; the columns are those of `given`. */
  readonly from: string;

  constructor(columns: Readonly<Record<string, ColumnType>>) {
    this.names = Object.keys(columns);
    const lists = Object.values(columns).map((type) => `cast(? as ${type}[])`);
    this.from = `unnest(${lists.join(", ")}) as given(${this.names.join(", ")})`;
  }

  /** The values of `from`, from rows in the order of the columns. */
  values(rows: readonly (readonly Value[])[]): string[] {
    return this.names.map((_, at) => arrayText(rows.map((row) => row[at])));
  }
}
