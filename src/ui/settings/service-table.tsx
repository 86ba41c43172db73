import type { Service } from "../../schema/services.ts";
import { DataTable } from "../kit/table/data-table.tsx";
import { Time } from "../parts/time/time.tsx";
import { everyText } from "./amounts.ts";

const head = ["Service", "Interval", "Last success", "Duration", "Runs", "Failures", "Last error"];
const align = [null, null, null, "right", "right", "right", null] as const;

/** The background services, those that failed first. */
export function ServiceTable({ services }: { services: readonly Service[] }) {
  const sorted = services.toSorted((a, b) => Number(b.error !== null) - Number(a.error !== null));
  return <DataTable head={head} align={align} rows={sorted.map(cellsOf)} />;
}

const cellsOf = (service: Service) => [
  <span key="name" className="whitespace-nowrap">
    {service.name.replaceAll("_", " ")}
  </span>,
  <span key="every" className="whitespace-nowrap text-muted">
    {everyText(service.every_seconds)}
  </span>,
  service.last_succeeded ? (
    <Time key="last" time={service.last_succeeded} />
  ) : (
    <span key="last" className="text-muted">
      {service.is_running ? "Running" : "Not yet"}
    </span>
  ),
  <span key="seconds" className="whitespace-nowrap text-muted">
    {durationText(service.last_seconds)}
  </span>,
  service.runs.toLocaleString("en"),
  <span key="failures" className={service.failures > 0 ? "text-danger" : "text-muted"}>
    {service.failures.toLocaleString("en")}
  </span>,
  service.error ? (
    <span key="error" className="break-words text-danger">
      {service.error}
    </span>
  ) : (
    <span key="error" className="text-faint">
      None
    </span>
  ),
];

const durationText = (seconds: number | null): string => {
  if (seconds === null) return "–";
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`;
};
