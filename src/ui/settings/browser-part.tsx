import { Segmented } from "../kit/controls/segmented.tsx";
import { Select } from "../kit/controls/select.tsx";
import { StateBadge } from "../parts/runs/state-badge.tsx";
import { zoneLabel, zoneName } from "../parts/time/times.ts";
import { settings, useSettings } from "../settings.ts";
import { Part, Row } from "./part.tsx";

/** How this browser shows everything. */
export function BrowserPart() {
  const { theme, palette, density, zone } = useSettings();
  return (
    <Part title="This browser" note="Stored in this browser, and never sent to a server.">
      <Row label="Time zone" note={zone === "local" ? zoneName(zone) : undefined}>
        <Select
          label="Time zone"
          value={zone}
          onChange={(next) => settings.set({ zone: next })}
          options={zones()}
        />
      </Row>
      <Row label="Theme">
        <Segmented
          label="Theme"
          value={theme}
          onChange={(next) => settings.set({ theme: next })}
          options={themes}
        />
      </Row>
      <Row label="Row height">
        <Segmented
          label="Row height"
          value={density}
          onChange={(next) => settings.set({ density: next })}
          options={densities}
        />
      </Row>
      <Row label="State colours">
        <Segmented
          label="State colours"
          value={palette}
          onChange={(next) => settings.set({ palette: next })}
          options={palettes}
        />
      </Row>
      <div className="mt-2 flex flex-wrap gap-x-5 gap-y-1.5 rounded-md border px-3 py-2">
        {samples.map((type) => (
          <StateBadge key={type} type={type} />
        ))}
      </div>
    </Part>
  );
}

const themes = [
  { value: "system", label: "System" },
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
] as const;

const densities = [
  { value: "compact", label: "Compact" },
  { value: "normal", label: "Normal" },
  { value: "comfortable", label: "Roomy" },
] as const;

const palettes = [
  { value: "normal", label: "Normal" },
  { value: "colour-blind", label: "Colour-blind" },
] as const;

const samples = [
  "COMPLETED",
  "RUNNING",
  "FAILED",
  "CRASHED",
  "SCHEDULED",
  "PENDING",
  "PAUSED",
  "CANCELLING",
  "CANCELLED",
] as const;

function zones() {
  const named = ["UTC", ...Intl.supportedValuesOf("timeZone").filter((name) => name !== "UTC")];
  return [
    { value: "local", label: `Local (${zoneLabel("local")})` },
    ...named.map((name) => ({ value: name, label: name })),
  ];
}
