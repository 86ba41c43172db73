import { toMs } from "../../schema/scalars.ts";
import type { Service } from "../../schema/services.ts";
import type { ServiceMonitor } from "../services/service-monitor.ts";
import type { Family } from "./metrics.ts";

/** Health of the background services: one without a recent success deserves an alert. */
export function serviceGauges(monitor: ServiceMonitor): Family[] {
  const all = monitor.list();
  const family = ([name, type, help, read]: Figure): Family => ({
    name: `praetor_service_${name}`,
    help,
    type,
    samples: all.flatMap((service) => {
      const value = read(service);
      return value === null ? [] : [{ labels: { service: service.name }, value }];
    }),
  });
  return figures.map(family);
}

type Figure = readonly [
  name: string,
  type: Family["type"],
  help: string,
  read: (service: Service) => number | null,
];
const figures: readonly Figure[] = [
  ["runs_total", "counter", "Runs of a background service.", ({ runs }) => runs],
  ["failures_total", "counter", "Failed runs of a background service.", ({ failures }) => failures],
  ["interval_seconds", "gauge", "Interval of a background service.", ({ every_seconds }) => every_seconds],
  [
    "duration_seconds",
    "gauge",
    "Duration of the last successful run of a background service.",
    ({ last_seconds }) => last_seconds,
  ],
  [
    "last_success_timestamp_seconds",
    "gauge",
    "Time of the last successful run of a background service.",
    ({ last_succeeded: time }) => (time === null ? null : toMs(time) / 1000),
  ],
];
