import { services } from "../../schema/services.ts";
import type { Store } from "../../store/store.ts";
import { dataHeaders } from "../http/headers.ts";
import { processGauges, storeGauges } from "../metrics/gauges.ts";
import { exposition, type Metrics } from "../metrics/metrics.ts";
import { serviceGauges } from "../metrics/services.ts";
import { type Api, json, serve } from "../serve.ts";
import type { ServiceMonitor } from "../services/service-monitor.ts";

interface MetricsOptions {
  metrics: Metrics;
  store: Store;
  monitor: ServiceMonitor;
  database: string | undefined;
  now: () => number;
}

/** Health of the server. The metrics are at the root, where Prometheus looks for it; with the credentials of the API, where there are any. */
export function serveMetrics(api: Api, { metrics, monitor, ...options }: MetricsOptions): void {
  serve(api, services.list, () => monitor.list());
  api.hono.get("/metrics", async (c) => {
    if (!c.env.isAdmitted) return json({ exception_message: "Unauthorized" }, { status: 401 });
    const stored = await storeGauges(options);
    const own = [metrics.sockets(), ...serviceGauges(monitor), ...processGauges()];
    const text = exposition([...metrics.requests(), ...stored, ...own]);
    const headers = { ...dataHeaders, "content-type": "text/plain; version=0.0.4; charset=utf-8" };
    return new Response(text, { headers });
  });
}
