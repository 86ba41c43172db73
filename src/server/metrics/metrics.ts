import type { RequestMetadata } from "../http/request-metadata.ts";

/** Seconds. */
const buckets = [0.005, 0.025, 0.1, 0.5, 2.5, 10] as const;

interface Seen {
  counts: number[];
  byStatus: Map<number, number>;
  seconds: number;
}

/** What the server counts while it works: a few additions for each request, and text only when a client asks. */
export class Metrics {
  /** Sockets that are open, by their path. */
  readonly #sockets = new Map<string, number>();
  readonly #byRoute = new Map<string, Seen>();

  observe({ route }: RequestMetadata, status: number, ms: number): void {
    const key = route ? `${route.method} ${route.path}` : other;
    let seen = this.#byRoute.get(key);
    if (!seen) {
      seen = { counts: buckets.map(() => 0), byStatus: new Map(), seconds: 0 };
      this.#byRoute.set(key, seen);
    }
    const seconds = ms / 1000;
    seen.seconds += seconds;
    seen.byStatus.set(status, (seen.byStatus.get(status) ?? 0) + 1);
    const place = buckets.findIndex((limit) => seconds <= limit);
    if (place >= 0) seen.counts[place] = (seen.counts[place] ?? 0) + 1;
  }

  countSocket(path: string, difference: 1 | -1): void {
    this.#sockets.set(path, (this.#sockets.get(path) ?? 0) + difference);
  }

  sockets(): Family {
    const samples = [...this.#sockets].map(([path, value]) => ({ labels: { path }, value }));
    return { name: "praetor_websocket_clients", help: "Open WebSockets.", type: "gauge", samples };
  }

  requests(): Family[] {
    const entries = [...this.#byRoute];
    return [
      {
        name: "praetor_http_requests_total",
        help: "HTTP requests.",
        type: "counter",
        samples: entries.flatMap(([key, { byStatus }]) =>
          [...byStatus].map(([status, value]) => ({ labels: { ...routeOf(key), status }, value })),
        ),
      },
      {
        name: "praetor_http_request_duration_seconds",
        help: "Duration of HTTP requests.",
        type: "histogram",
        samples: entries.flatMap(([key, seen]) => histogram(routeOf(key), seen)),
      },
    ];
  }
}

/** One label for dashboard pages and unknown paths, as clients can request arbitrary ones. */
const other = "GET other";

export interface Family {
  name: string;
  help: string;
  type: "counter" | "gauge" | "histogram";
  samples: Sample[];
}
interface Sample {
  suffix?: string;
  labels?: Record<string, string | number>;
  value: number;
}

function routeOf(key: string): Record<string, string> {
  const [method = "", route = ""] = key.split(" ");
  return { method, route };
}

function histogram(labels: Record<string, string>, { counts, byStatus, seconds }: Seen): Sample[] {
  const all = [...byStatus.values()].reduce((sum, count) => sum + count, 0);
  let below = 0;
  const samples = buckets.map((le, at): Sample => {
    below += counts[at] ?? 0;
    return { suffix: "_bucket", labels: { ...labels, le }, value: below };
  });
  return [
    ...samples,
    { suffix: "_bucket", labels: { ...labels, le: "+Inf" }, value: all },
    { suffix: "_sum", labels, value: seconds },
    { suffix: "_count", labels, value: all },
  ];
}

/** The text format that Prometheus reads, version 0.0.4. */
export const exposition = (families: readonly Family[]): string =>
  families
    .flatMap(({ name, help, type, samples }) => [
      `# HELP ${name} ${help}`,
      `# TYPE ${name} ${type}`,
      ...samples.map(({ suffix = "", labels, value }) => `${name}${suffix}${labelText(labels)} ${value}`),
    ])
    .join("\n")
    .concat("\n");

function labelText(labels: Sample["labels"] = {}): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(String(value))}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

const escaped = (text: string) =>
  text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
