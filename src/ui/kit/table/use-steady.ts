import { useState } from "react";

interface Steady<T> {
  rows: readonly T[];
  /** How many rows wait to come in, and how many of those in sight are gone. */
  fresh: number;
  gone: number;
  /** Lets all of it in. */
  admit: () => void;
}

/**
 * Keeps rows where they are while the reader is among them: they change in place, and what belongs after the last
 * one is added; rows that would push others aside wait until they may move.
 */
export function useSteady<T extends { id: string }>(rows: readonly T[], mayMove: boolean): Steady<T> {
  const [shown, setShown] = useState(rows);
  if (mayMove && shown !== rows) setShown(rows);
  const admit = () => setShown(rows);
  if (mayMove || shown === rows) return { rows, fresh: 0, gone: 0, admit };
  const newest = new Map(rows.map((row) => [row.id, row]));
  const known = new Set(shown.map((row) => row.id));
  const last = rows.findLastIndex((row) => known.has(row.id));
  const after = rows.slice(last + 1);
  return {
    rows: [...shown.map((row) => newest.get(row.id) ?? row), ...after],
    fresh: rows.slice(0, last + 1).filter((row) => !known.has(row.id)).length,
    gone: shown.filter((row) => !newest.has(row.id)).length,
    admit,
  };
}

/** `2 new, 1 no longer in this list`; null when nothing waits. */
export function wordsFor({ fresh, gone }: { fresh: number | string; gone: number }): string | null {
  const parts = [fresh !== 0 && `${fresh} new`, gone > 0 && `${gone} no longer in this list`];
  return parts.filter(Boolean).join(", ") || null;
}
