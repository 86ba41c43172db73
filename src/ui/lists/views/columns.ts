import type { Column } from "../../kit/table/table.tsx";

/** A column by its key, as a menu names it. */
export interface ColumnName {
  key: string;
  label: string;
}

/** The address has the keys of the columns with commas between them; nothing stands for all. */
export const readColumns = (text: string | null): string[] => (text ?? "").split(",").filter(Boolean);

/**
 * The chosen columns in their order, after those that always stand first. Keys that the list does not have are made by
 * `columnAt`, or left out.
 */
export function chosenColumns<T>(
  all: readonly Column<T>[],
  keys: readonly string[],
  columnAt: (key: string) => Column<T> | undefined = () => undefined,
): readonly Column<T>[] {
  if (keys.length === 0) return all;
  const fixed = all.filter(({ key }) => key === "select");
  const chosen = keys.flatMap((key) => all.find((one) => one.key === key) ?? columnAt(key) ?? []);
  return chosen.length > 0 ? [...fixed, ...chosen] : all;
}

/** The keys with one moved by a place; as they are where it cannot move. */
export function moved(keys: readonly string[], key: string, by: -1 | 1): string[] {
  const from = keys.indexOf(key);
  const to = from + by;
  if (from < 0 || to < 0 || to >= keys.length) return [...keys];
  const others = keys.filter((one) => one !== key);
  return others.toSpliced(to, 0, key);
}
