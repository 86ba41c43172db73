import { types } from "node:util";

/** Also recognises errors of other realms, such as those of `node:vm`, which are not instances of this realm's class. */
export const isError = (value: unknown): value is Error =>
  value instanceof Error || types.isNativeError(value);
