import { Dialog } from "@base-ui/react/dialog";
import { useQuery } from "@tanstack/react-query";
import { Command } from "cmdk";
import { Contrast, Keyboard, ListFilter, Settings2 } from "lucide-react";
import { type ReactNode, useDeferredValue, useState } from "react";
import { useNavigate } from "react-router";
import { flowRuns } from "../../schema/flow-runs.ts";
import { query } from "../api.ts";
import { Kbd } from "../kit/kbd.tsx";
import { runPath } from "../parts/run-link.tsx";
import { StateIcon } from "../parts/state-badge.tsx";
import { Time } from "../parts/time.tsx";
import { settings } from "../settings.ts";
import type { Overlay } from "./frame.tsx";
import { pages } from "./navigation.tsx";

interface Props {
  onClose: () => void;
  onOpen: (overlay: Overlay) => void;
}

const group =
  "[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-muted";

/** Finds runs by name or id, and does everything that has a name. */
export function Palette({ onClose, onOpen }: Props) {
  const [text, setText] = useState("");
  const navigate = useNavigate();
  const go = (path: string) => {
    onClose();
    void navigate(path);
  };
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop fixed inset-0 z-40" />
        <Dialog.Popup className="pop fixed top-[14vh] left-1/2 z-40 w-[min(600px,calc(100vw-16px))] -translate-x-1/2 overflow-hidden">
          <Dialog.Title className="sr-only">Search and commands</Dialog.Title>
          <Command label="Search and commands" loop>
            <Command.Input
              value={text}
              onValueChange={setText}
              placeholder="Run name or id, page, command"
              className="h-11 w-full border-b bg-transparent px-4 text-md outline-none placeholder:text-faint"
            />
            <Command.List className="max-h-[50vh] overflow-y-auto p-1.5">
              <Command.Empty className="px-2 py-6 text-center text-muted">
                Nothing has that name.
              </Command.Empty>
              <FoundRuns text={text} onChoose={(id) => go(runPath({ kind: "flow-run", id }))} />
              <Command.Group heading="Pages" className={group}>
                {pages.map((page) => (
                  <Item key={page.path} icon={page.icon} keys={page.keys} onSelect={() => go(page.path)}>
                    {page.label}
                  </Item>
                ))}
                {views.map((view) => (
                  <Item
                    key={view.query}
                    icon={<ListFilter size={15} />}
                    onSelect={() => go(pathOf(view.query))}
                  >
                    {view.label}
                  </Item>
                ))}
              </Command.Group>
              <Command.Group heading="Commands" className={group}>
                <Item
                  icon={<Contrast size={15} />}
                  onSelect={() => {
                    settings.set({ theme: otherTheme() });
                    onClose();
                  }}
                >
                  Switch between light and dark
                </Item>
                <Item icon={<Settings2 size={15} />} keys="g s" onSelect={() => onOpen("settings")}>
                  Settings
                </Item>
                <Item icon={<Keyboard size={15} />} keys="?" onSelect={() => onOpen("shortcuts")}>
                  Keyboard shortcuts
                </Item>
              </Command.Group>
            </Command.List>
          </Command>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

const views = [
  { label: "Failed runs of the last day", query: "state:failed,crashed since:24h" },
  { label: "Running now", query: "state:running,cancelling" },
  { label: "Late runs", query: "state:late" },
] as const;
const pathOf = (text: string) => `/runs?${new URLSearchParams({ q: text })}`;

function otherTheme(): "light" | "dark" {
  const { theme } = settings.get();
  const dark = theme === "dark" || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  return dark ? "light" : "dark";
}

const idPattern = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/i;

function FoundRuns({ text, onChoose }: { text: string; onChoose: (id: string) => void }) {
  const wanted = useDeferredValue(text.trim());
  // Any text that holds an id will do: a log line, an address.
  const id = idPattern.exec(wanted)?.[0];
  const filter = id ? { id: { any_: [id] } } : { name: { like_: wanted } };
  const { data = [] } = useQuery({
    ...query(flowRuns.filter, { flow_runs: filter, sort: "START_TIME_DESC", limit: 8 }),
    enabled: wanted.length > 1,
    placeholderData: (previous) => previous,
    meta: { live: "patch" },
  });
  if (wanted.length < 2 || data.length === 0) return null;
  return (
    <Command.Group heading="Runs" className={group}>
      {data.map((run) => (
        <Item
          key={run.id}
          value={`${run.name} ${run.id} ${text}`}
          icon={<StateIcon type={run.state_type} name={run.state_name} title />}
          onSelect={() => onChoose(run.id)}
        >
          {run.name}
          <span className="ml-auto text-xs text-muted">
            <Time time={run.start_time ?? run.expected_start_time} />
          </span>
        </Item>
      ))}
    </Command.Group>
  );
}

interface ItemProps {
  icon: ReactNode;
  children: ReactNode;
  keys?: string;
  value?: string;
  onSelect: () => void;
}

function Item({ icon, children, keys, value, onSelect }: ItemProps) {
  return (
    <Command.Item
      {...(value ? { value } : {})}
      onSelect={onSelect}
      className="flex h-9 items-center gap-2.5 rounded-sm px-2 data-[selected=true]:bg-hover"
    >
      <span className="text-muted">{icon}</span>
      {children}
      {keys && (
        <span className="ml-auto">
          <Kbd keys={keys} />
        </span>
      )}
    </Command.Item>
  );
}
