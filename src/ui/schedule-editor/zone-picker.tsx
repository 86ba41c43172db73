import { Combobox } from "@base-ui/react/combobox";
import { Check, ChevronsUpDown } from "lucide-react";
import { useMemo } from "react";
import { offsetText, zoneOffset } from "../../rules/schedules.ts";
import { inputClass } from "../kit/controls/field.tsx";
import { cx } from "../kit/cx.ts";

interface Props {
  id: string;
  value: string;
  onChange: (zone: string) => void;
  /** Offered first: the zone of whoever looks. */
  own: string;
  now: number;
}

/** All zones of the IANA database, found by a part of their name or by their offset now. */
export function ZonePicker({ id, value, onChange, own, now }: Props) {
  const zones = useMemo(() => zoneNames([value, own, "UTC"]), [value, own]);
  const offset = (zone: string) => offsetText(zoneOffset(zone, now));
  return (
    <Combobox.Root<string>
      items={zones}
      value={value}
      onValueChange={(zone) => zone && onChange(zone)}
      filter={(zone, query) => isFound(zone, offset(zone), query)}
      autoHighlight
      limit={80}
    >
      <div className="relative flex max-w-96 min-w-0 items-center">
        <Combobox.Input
          aria-label="Time zone"
          id={id}
          autoComplete="off"
          spellCheck={false}
          className={cx(inputClass, "h-8 pr-24")}
        />
        <span className="pointer-events-none absolute right-8 text-muted">UTC{offset(value)}</span>
        <Combobox.Trigger
          aria-label="All time zones"
          className="absolute right-0 flex size-8 items-center justify-center text-faint"
        >
          <ChevronsUpDown size={13} />
        </Combobox.Trigger>
      </div>
      <Combobox.Portal>
        <Combobox.Positioner sideOffset={4} className="z-50 w-[var(--anchor-width)]">
          <Combobox.Popup className="pop flex max-h-72 flex-col p-1">
            <Combobox.Empty className="px-2 py-3 text-muted empty:p-0">No time zone matches.</Combobox.Empty>
            <Combobox.List className="min-h-0 overflow-y-auto outline-none">
              {(zone: string) => (
                <Combobox.Item
                  key={zone}
                  value={zone}
                  className="flex h-8 items-center gap-2 rounded-sm px-2 select-none data-[highlighted]:bg-hover"
                >
                  <span className="min-w-0 flex-1 truncate">{zone}</span>
                  <Combobox.ItemIndicator>
                    <Check size={13} />
                  </Combobox.ItemIndicator>
                  <span className="text-xs text-muted">UTC{offset(zone)}</span>
                </Combobox.Item>
              )}
            </Combobox.List>
          </Combobox.Popup>
        </Combobox.Positioner>
      </Combobox.Portal>
    </Combobox.Root>
  );
}

const zoneNames = (first: readonly string[]): string[] => [
  ...new Set([...first, ...Intl.supportedValuesOf("timeZone")]),
];

function isFound(zone: string, offset: string, query: string): boolean {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[\s_/]+/g, " ");
  return plain(`${zone} utc${offset}`).includes(plain(query.trim()));
}
