import { callerOf } from "./stack-frames.ts";

/**
 * The name for an anonymous function: that of the variable or property it is assigned to, read from
 * the source of the call. Without source (bundles, evaluated code) there is none.
 */
export function nameAtCall(maker: CallableFunction): string | undefined {
  const line = callerOf(maker);
  return line === undefined ? undefined : assigned.exec(line)?.[1];
}

const assigned =
  /(?:(?:const|let|var)\s+|^\s*|[{,]\s*)([A-Za-z_$][\w$]*)\s*(?::[^=]*?)?(?:=|:)\s*(?:[\w$]+\.)*(?:task|flow)\s*[(<]/;
