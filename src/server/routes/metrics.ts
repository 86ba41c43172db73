import type { Store } from "../../store/store.ts";
import { dataHeaders } from "../door/headers.ts";
import { processGauges, storeGauges } from "../metrics/gauges.ts";
import { exposition, type Metrics } from "../metrics/metrics.ts";
import { type Api, json } from "../serve.ts";

interface MetricsOptions {
  metrics: Metrics;
  store: Store;
  database: string | undefined;
  now: () => number;
}

/** At the root, where Prometheus looks for it; with the credentials of the API, where there are any. */
export function serveMetrics(api: Api, { metrics, ...options }: MetricsOptions): void {
  api.hono.get("/metrics", async (c) => {
    if (!c.env.isAdmitted) return json({ exception_message: "Unauthorized" }, { status: 401 });
    const stored = await storeGauges(options);
    const text = exposition([...metrics.requests(), ...stored, ...processGauges(metrics.sockets)]);
    const headers = { ...dataHeaders, "content-type": "text/plain; version=0.0.4; charset=utf-8" };
    return new Response(text, { headers });
  });
}
