import { type ReactNode, useState } from "react";
import { type Api, useApi } from "../api.ts";
import { Button } from "../kit/controls/button.tsx";
import { Segmented } from "../kit/controls/segmented.tsx";
import { Select } from "../kit/controls/select.tsx";
import { Dialog } from "../kit/overlays/dialog.tsx";
import { StateBadge } from "../parts/runs/state-badge.tsx";
import { zoneLabel, zoneName } from "../parts/time/times.ts";
import { isSignedIn } from "../session.ts";
import { settings, useSettings } from "../settings.ts";
import { FreshnessDot } from "./freshness.tsx";
import { useSignOut } from "./use-sign-out.ts";

export function SettingsDrawer({ onClose }: { onClose: () => void }) {
  const { theme, palette, density, zone } = useSettings();
  return (
    <Dialog open onClose={onClose} side="right" title="Settings" description="Stored in this browser.">
      <Row label="Theme">
        <Segmented
          label="Theme"
          value={theme}
          onChange={(next) => settings.set({ theme: next })}
          options={[
            { value: "system", label: "System" },
            { value: "light", label: "Light" },
            { value: "dark", label: "Dark" },
          ]}
        />
      </Row>
      <Row label="Time zone" note={zone === "local" ? zoneName(zone) : undefined}>
        <Select
          label="Time zone"
          value={zone}
          onChange={(next) => settings.set({ zone: next })}
          options={zones()}
        />
      </Row>
      <Row label="Rows">
        <Segmented
          label="Height of rows"
          value={density}
          onChange={(next) => settings.set({ density: next })}
          options={[
            { value: "compact", label: "Compact" },
            { value: "normal", label: "Normal" },
            { value: "comfortable", label: "Roomy" },
          ]}
        />
      </Row>
      <Row label="State colours">
        <Segmented
          label="State colours"
          value={palette}
          onChange={(next) => settings.set({ palette: next })}
          options={[
            { value: "normal", label: "Normal" },
            { value: "colour-blind", label: "Colour-blind" },
          ]}
        />
      </Row>
      <div className="mb-3 grid grid-cols-3 gap-x-3 gap-y-1.5 rounded-md border px-3 py-2">
        {samples.map((type) => (
          <StateBadge key={type} type={type} />
        ))}
      </div>
      <ServerPart />
    </Dialog>
  );
}

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

function serverName({ info, prefect }: Api): string {
  if (info) return `Praetor ${info.version}`;
  return prefect ? `Prefect ${prefect.version}` : "Prefect-compatible";
}

function ServerPart() {
  const api = useApi();
  const { apiUrl } = useSettings();
  const leave = useSignOut();
  const [address, setAddress] = useState(apiUrl ?? "");
  return (
    <section className="border-t pt-3">
      <h3 className="font-strong">Server</h3>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 py-2 text-muted">
        <dt>Kind</dt>
        <dd className="text-fg">{serverName(api)}</dd>
        <dt>API</dt>
        <dd className="break-all text-fg">{api.client.baseUrl}</dd>
        <dt>Channel</dt>
        <dd>
          <FreshnessDot />
        </dd>
      </dl>
      <form
        className="flex gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          settings.set({ apiUrl: address.trim() || null });
        }}
      >
        <input
          aria-label="Address of another API"
          placeholder="http://host:4200/api"
          value={address}
          onChange={(event) => setAddress(event.target.value)}
          className="h-7 min-w-0 flex-1 rounded-md border border-control-line bg-surface px-2 placeholder:text-faint"
        />
        <Button type="submit">Connect</Button>
      </form>
      {isSignedIn(api) && (
        <Button className="mt-3" onClick={leave}>
          Sign out
        </Button>
      )}
    </section>
  );
}

function Row({ label, note, children }: { label: string; note?: string | undefined; children: ReactNode }) {
  return (
    <div className="flex min-h-11 flex-wrap items-center justify-between gap-2">
      <span>
        {label}
        {note && <span className="ml-2 text-xs text-faint">{note}</span>}
      </span>
      {children}
    </div>
  );
}
