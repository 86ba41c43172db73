import { useSettings } from "../settings.ts";

const heights = { compact: 32, normal: 34, comfortable: 36 } as const;

/** Height of the rows of a table; a narrow one has two lines. */
export function useRowHeight(narrow: boolean): number {
  const { density } = useSettings();
  return narrow ? 54 : heights[density];
}
