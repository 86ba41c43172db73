type Environment = Record<string, string | undefined>;

/** Where traces are sent and which, from the variables of OpenTelemetry. */
export interface TraceSettings {
  url: string;
  headers: Record<string, string>;
  timeoutMs: number;
  isCompressed: boolean;
  resource: Record<string, string>;
  /** Share of the traces that begin here, from 0 to 1. */
  ratio: number;
  /** Whether callers decide for their own traces. */
  followsParent: boolean;
  delayMs: number;
  maxQueue: number;
  maxBatch: number;
}

/** Undefined when tracing is off. */
export function traceSettings(environment: Environment): TraceSettings | undefined {
  const value = (name: string) => environment[name]?.trim() || undefined;
  const ofTraces = (name: string) =>
    value(`OTEL_EXPORTER_OTLP_TRACES_${name}`) ?? value(`OTEL_EXPORTER_OTLP_${name}`);
  const number = (text: string | undefined, fallback: number) => {
    const value = Number(text ?? fallback);
    return Number.isFinite(value) && value >= 0 ? value : fallback;
  };
  const base = value("OTEL_EXPORTER_OTLP_ENDPOINT");
  const url = value("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") ?? (base && `${base.replace(/\/$/, "")}/v1/traces`);
  const isOff = value("OTEL_SDK_DISABLED")?.toLowerCase() === "true";
  const exporters = value("OTEL_TRACES_EXPORTER")?.split(",") ?? ["otlp"];
  if (url === undefined || isOff || !exporters.includes("otlp")) return undefined;
  if (!URL.canParse(url))
    throw new Error(`OTEL_EXPORTER_OTLP_ENDPOINT: expected a URL (got ${JSON.stringify(url)})`);
  if (ofTraces("PROTOCOL") === "grpc") {
    throw new Error(
      'OTEL_EXPORTER_OTLP_PROTOCOL: traces are sent over HTTP, expected http/json (got "grpc")',
    );
  }
  return {
    url,
    headers: pairs(ofTraces("HEADERS")),
    timeoutMs: number(ofTraces("TIMEOUT"), 10_000),
    isCompressed: ofTraces("COMPRESSION") === "gzip",
    resource: {
      ...{ "service.name": "praetor", ...pairs(value("OTEL_RESOURCE_ATTRIBUTES")) },
      ...(value("OTEL_SERVICE_NAME") && { "service.name": value("OTEL_SERVICE_NAME") ?? "" }),
    },
    ...sampling(value("OTEL_TRACES_SAMPLER"), number(value("OTEL_TRACES_SAMPLER_ARG"), 1)),
    delayMs: number(value("OTEL_BSP_SCHEDULE_DELAY"), 5000),
    maxQueue: number(value("OTEL_BSP_MAX_QUEUE_SIZE"), 2048),
    maxBatch: number(value("OTEL_BSP_MAX_EXPORT_BATCH_SIZE"), 512),
  };
}

function sampling(name = "parentbased_always_on", share: number) {
  const own = name.replace(/^parentbased_/, "");
  const ratio = own === "always_off" ? 0 : own === "traceidratio" ? Math.min(1, share) : 1;
  return { ratio, followsParent: name.startsWith("parentbased_") };
}

/** `a=b,c=d`, percent-encoded. */
const pairs = (text = ""): Record<string, string> =>
  Object.fromEntries(
    text.split(",").flatMap((pair) => {
      const at = pair.indexOf("=");
      return at > 0 ? [[pair.slice(0, at).trim(), decoded(pair.slice(at + 1).trim())]] : [];
    }),
  );

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
