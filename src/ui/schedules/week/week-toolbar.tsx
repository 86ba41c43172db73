import { ChevronLeft, ChevronRight } from "lucide-react";
import { useId } from "react";
import { Button, IconButton } from "../../kit/controls/button.tsx";
import { Select } from "../../kit/controls/select.tsx";
import { useNow } from "../../kit/now.ts";
import { useShortcuts } from "../../kit/shortcuts.ts";
import { ZonePicker } from "../../schedule-editor/zone-picker.tsx";
import { daysLater, type WeekAddress } from "./week-address.ts";
import type { KeyedLimit } from "./week-input.ts";

interface Props {
  address: WeekAddress;
  /** The second zone of the axis. */
  other: string;
  limits: readonly KeyedLimit[];
  /** Key of the limit that is drawn. */
  limit: string;
  summary: string | undefined;
}

/** Which week, and what is drawn with it. */
export function WeekToolbar({ address, other, limits, limit, summary }: Props) {
  const id = useId();
  const now = useNow(60);
  const { from, isThisWeek, change } = address;
  const go = (days: number) => change({ week: daysLater(from, days) });
  const toThisWeek = () => change({ week: "" });
  useShortcuts([
    { keys: "[", label: "Previous week", group: "Schedules", run: () => go(-7) },
    { keys: "]", label: "Next week", group: "Schedules", run: () => go(7) },
    { keys: "t", label: "This week", group: "Schedules", run: toThisWeek },
  ]);
  return (
    <div className="flex min-h-11 shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-b px-3 py-1.5">
      <span className="flex items-center gap-1">
        <IconButton label="Previous week" shortcut="[" onClick={() => go(-7)}>
          <ChevronLeft size={15} />
        </IconButton>
        <IconButton label="Next week" shortcut="]" onClick={() => go(7)}>
          <ChevronRight size={15} />
        </IconButton>
        <Button disabled={isThisWeek} onClick={toThisWeek}>
          This week
        </Button>
      </span>
      <h2 className="font-strong whitespace-nowrap">{spanWords(from)}</h2>
      <span role="status" className="text-muted">
        {summary}
      </span>
      <span className="ml-auto flex flex-wrap items-center gap-2 max-md:ml-0">
        {limits.length > 0 && (
          <Select
            label="Limit drawn below each day"
            value={limit}
            onChange={(next) => change({ limit: next })}
            options={[
              { value: "none", label: "No limit drawn" },
              ...limits.map(({ key, kind, name, slots }) => ({
                value: key,
                label: `${kindWords[kind]} ${name}: ${slots} ${slots === 1 ? "slot" : "slots"}`,
              })),
            ]}
          />
        )}
        <label htmlFor={id} className="text-muted">
          Second zone
        </label>
        <span className="w-64">
          <ZonePicker
            id={id}
            value={other}
            onChange={(zone) => change({ zone })}
            own={address.zone}
            now={now}
          />
        </span>
      </span>
    </div>
  );
}

const kindWords = { pool: "Pool", queue: "Queue", deployment: "Deployment" } as const;

const dayFormat = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
/** `23 Nov – 29 Nov 2026` */
const spanWords = (from: string): string => {
  const to = daysLater(from, 6);
  return `${dayFormat.format(Date.parse(from))} – ${dayFormat.format(Date.parse(to))} ${to.slice(0, 4)}`;
};
