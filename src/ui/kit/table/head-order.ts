/** How the head of a column orders the list; `direction` is given while the list is in its order. */
export interface HeadOrder {
  direction: "ascending" | "descending" | undefined;
  onPress: () => void;
}

interface Input<S> {
  /** The order that the list is in. */
  sort: S;
  onSort: (sort: S) => void;
  ascending?: S;
  descending?: S;
  /** Which of the two comes with the first press. */
  first: "ascending" | "descending";
}

/** The first press brings the one order, the next the other, where the list has both. */
export function headOrder<S extends string>(input: Input<S>): HeadOrder {
  const { sort, onSort, first } = input;
  const other = first === "ascending" ? "descending" : "ascending";
  const direction = ([first, other] as const).find((one) => input[one] === sort);
  const next = (direction === first ? input[other] : undefined) ?? input[first];
  return { direction, onPress: () => next !== undefined && next !== sort && onSort(next) };
}
