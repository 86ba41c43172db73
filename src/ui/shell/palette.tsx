import { Dialog } from "@base-ui/react/dialog";
import { Command } from "cmdk";
import { Contrast, Keyboard, ListFilter, Settings2 } from "lucide-react";
import { useState } from "react";
import { useNavigate } from "react-router";
import { runsPath } from "../parts/runs-path.ts";
import { settings } from "../settings.ts";
import type { Overlay } from "./frame.tsx";
import { pages } from "./navigation.tsx";
import { Found } from "./palette-found.tsx";
import { groupLook, Item } from "./palette-item.tsx";

interface Props {
  onClose: () => void;
  onOpen: (overlay: Overlay) => void;
}

/** Finds runs, deployments and flows by name or id, and does everything that has a name. */
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
              placeholder="Run, deployment or flow, id, page, command"
              className="h-11 w-full border-b bg-transparent px-4 text-md outline-none placeholder:text-faint"
            />
            <Command.List className="max-h-[50vh] overflow-y-auto p-1.5">
              <Command.Empty className="px-2 py-6 text-center text-muted">
                Nothing has that name.
              </Command.Empty>
              <Found text={text} onChoose={go} />
              <Command.Group heading="Pages" className={groupLook}>
                {pages.map((page) => (
                  <Item key={page.path} icon={page.icon} keys={page.keys} onSelect={() => go(page.path)}>
                    {page.label}
                  </Item>
                ))}
                {views.map((view) => (
                  <Item key={view.path} icon={<ListFilter size={15} />} onSelect={() => go(view.path)}>
                    {view.label}
                  </Item>
                ))}
              </Command.Group>
              <Command.Group heading="Commands" className={groupLook}>
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
  { label: "Failed runs of the last day", path: runsPath("state:failed,crashed since:24h") },
  { label: "Running now", path: runsPath("state:running,cancelling") },
  { label: "Late runs", path: runsPath("state:late") },
  { label: "Full limits", path: "/capacity?show=full" },
  { label: "Work pools, queues and workers", path: "/capacity?tab=pools" },
  { label: "Paused deployments", path: `/deployments?${new URLSearchParams({ q: "paused:yes" })}` },
] as const;

function otherTheme(): "light" | "dark" {
  const { theme } = settings.get();
  const dark = theme === "dark" || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  return dark ? "light" : "dark";
}
