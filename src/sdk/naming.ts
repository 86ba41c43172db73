import { callerOf } from "./stack-frames.ts";

/**
 * The name for a function without one of its own: that of the variable or property it is put into, read off
 * the source of the call. Sources that are not there (bundles, evaluated code) give none.
 */
export function nameAtCall(maker: CallableFunction): string | undefined {
  const line = callerOf(maker);
  return line === undefined ? undefined : assigned.exec(line)?.[1];
}

const assigned =
  /(?:(?:const|let|var)\s+|^\s*|[{,]\s*)([A-Za-z_$][\w$]*)\s*(?::[^=]*?)?(?:=|:)\s*(?:[\w$]+\.)*(?:task|flow)\s*[(<]/;
