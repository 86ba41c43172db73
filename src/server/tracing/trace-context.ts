/** Position of a span, as in the W3C's header `traceparent`. */
export interface TraceContext {
  traceId: string;
  spanId: string;
  isSampled: boolean;
}

const format = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-|$)/;

export function readTraceparent(text: string | null | undefined): TraceContext | undefined {
  const match = format.exec(text?.trim().toLowerCase() ?? "");
  if (!match) return undefined;
  const [, version, traceId = "", spanId = "", flags = "", rest] = match;
  // Version 00 ends there; later ones may continue.
  if (version === "ff" || (version === "00" && rest !== "")) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

export const traceparentOf = ({ traceId, spanId, isSampled }: TraceContext): string =>
  `00-${traceId}-${spanId}-${isSampled ? "01" : "00"}`;
