import type { Logger } from "pino";
import type { Tracer } from "./tracer.ts";

interface OpenOptions {
  /** Environment variables of OpenTelemetry are read here. */
  environment: Record<string, string | undefined>;
  version: string;
  log: Pick<Logger, "warn">;
}

const endpoints = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];

/** Its modules are not loaded when tracing is off. */
export async function openTracer({ environment, ...rest }: OpenOptions): Promise<Tracer | undefined> {
  if (!endpoints.some((name) => environment[name])) return undefined;
  const [{ traceSettings }, { Tracer }] = await Promise.all([
    import("./trace-settings.ts"),
    import("./tracer.ts"),
  ]);
  const settings = traceSettings(environment);
  return settings && new Tracer({ settings, ...rest });
}
