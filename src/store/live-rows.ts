import type { LiveNoun } from "../schema/live.ts";

type CamelCase<S extends string> = S extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : S;
/** A live noun of the store, which must be able to read rows by id. */
type Readers = Record<
  CamelCase<Exclude<LiveNoun, "errors">> | "events",
  { readMany(ids: readonly string[]): Promise<{ id: string }[]> }
>;

/** Rows of a noun by id, as its read route returns them. */
export async function rowsOf(
  nouns: Readers,
  noun: LiveNoun,
  ids: string[],
): Promise<Map<string, Record<string, unknown>>> {
  const { readMany }: Readers["events"] = Reflect.get(nouns, keyOf(noun));
  const rows = await readMany(ids);
  return new Map(rows.map((row) => [row.id, { ...row }]));
}

/** Its name in the store. */
const keyOf = (noun: LiveNoun): string =>
  noun === "errors" ? "events" : noun.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
