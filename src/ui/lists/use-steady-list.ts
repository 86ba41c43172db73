import { useState } from "react";
import type { List } from "./list.ts";

/**
 * Keeps rows where they are while the reader is among them: they change in place, and what belongs after the last
 * one is added; rows that would push others aside wait until they may move. Another `key` is another list: no row of
 * the one before stays.
 */
export function useSteadyList<T extends { id: string }>(list: List<T>, key: string): List<T> {
  const { rows } = list;
  const [mayMove, onMayMove] = useState(true);
  const [shown, setShown] = useState(rows);
  const [shownKey, setShownKey] = useState(key);
  const [wasFresh, setWasFresh] = useState(list.isFresh);
  // What an earlier visit left is replaced as soon as the list is read.
  if (list.isFresh !== wasFresh) {
    setWasFresh(list.isFresh);
    setShown(rows);
  }
  if (key !== shownKey) {
    setShownKey(key);
    setShown(rows);
    onMayMove(true);
  }
  if (mayMove && shown !== rows) setShown(rows);
  const drop = (ids: readonly string[]) => {
    list.drop(ids);
    setShown((old) => old.filter(({ id }) => !ids.includes(id)));
  };
  const steady = { ...list, onMayMove, drop, admit: () => setShown(rows) };
  if (mayMove || shown === rows) return steady;
  const newest = new Map(rows.map((row) => [row.id, row]));
  const known = new Set(shown.map((row) => row.id));
  const last = rows.findLastIndex((row) => known.has(row.id));
  const fresh = rows.slice(0, last + 1).filter((row) => !known.has(row.id)).length;
  const gone = shown.filter((row) => !newest.has(row.id)).length;
  return {
    ...steady,
    rows: [...shown.map((row) => newest.get(row.id) ?? row), ...rows.slice(last + 1)],
    waiting: fresh + gone > 0 ? { fresh, gone } : null,
  };
}
