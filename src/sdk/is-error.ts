import { types } from "node:util";

/** Also errors of another realm, such as those of `node:vm`, which are not instances of this realm's class. */
export const isError = (value: unknown): value is Error =>
  value instanceof Error || types.isNativeError(value);
