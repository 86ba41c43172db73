import { Dialog } from "@base-ui/react/dialog";
import { Command } from "cmdk";
import { Contrast, Keyboard, ListFilter, LogOut, Plus, SquareChevronRight } from "lucide-react";
import { type KeyboardEvent, useEffect, useEffectEvent, useState } from "react";
import { useApi } from "../api.ts";
import { useNavigate } from "../kit/router.tsx";
import { type Shortcut, useAllShortcuts } from "../kit/shortcuts.ts";
import { useSignOut } from "../parts/actions/use-sign-out.ts";
import {
  catalogPath,
  newAutomationPath,
  newBlockPath,
  newNotificationPath,
  newSchedulePath,
  newVariablePath,
  newWorkPoolPath,
} from "../parts/paths.ts";
import { runsPath } from "../parts/runs-path.ts";
import { isSignedIn } from "../session.ts";
import { settings } from "../settings.ts";
import { everywhere, type Overlay } from "./overlay.ts";
import { pages } from "./pages.tsx";
import { type Hit, useFound } from "./palette-hits.tsx";
import { groupClass, Item } from "./palette-item.tsx";
import { inOrder } from "./palette-order.ts";
import type { TypedAhead } from "./typed-ahead.ts";

interface Props {
  onClose: () => void;
  onOpen: (overlay: Overlay) => void;
  /** What was typed, also before the palette was there to type into. */
  typed: TypedAhead;
}

/** Finds what has a name or an id, and does everything that has a name. */
export function Palette({ onClose, onOpen, typed }: Props) {
  const { text, setText, isEntered, setEntered } = typed;
  const wanted = text.trim();
  const navigate = useNavigate();
  const found = useFound(wanted);
  const groups = inOrder([...found.hits, ...pageHits, ...useCommands(onOpen)], wanted);
  const hits = groups.flatMap((group) => group.hits);
  // What the reader went to holds for the text that it was shown for; otherwise the best hit is marked.
  const [marked, setMarked] = useState({ text: "", key: "" });
  const current = hits.find(({ key }) => marked.text === text && key === marked.key) ?? hits[0];
  const choose = ({ to }: Hit) => {
    onClose();
    if (typeof to === "string") void navigate(to);
    else to();
  };
  const enter = useEffectEvent(() => {
    setEntered(false);
    if (current) choose(current);
  });
  // Enter waits for the answers to what was typed before it.
  const isDue = isEntered && found.isSettled;
  useEffect(() => {
    if (isDue) enter();
  }, [isDue]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
    event.preventDefault();
    setEntered(true);
  };
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop fixed inset-0 z-40" />
        <Dialog.Popup className="pop fixed top-[14vh] left-1/2 z-40 w-[min(600px,calc(100vw-16px))] -translate-x-1/2 overflow-hidden">
          <Dialog.Title className="sr-only">Search and commands</Dialog.Title>
          <Command
            label="Search and commands"
            loop
            shouldFilter={false}
            value={current?.key ?? ""}
            onValueChange={(key) => setMarked({ text, key })}
            onKeyDown={onKeyDown}
          >
            <Command.Input
              value={text}
              onValueChange={(next) => {
                setText(next);
                setEntered(false);
              }}
              placeholder="Run, deployment, flow, limit, pool, tag, id, page, command"
              className="h-11 w-full border-b bg-transparent px-4 text-md outline-none placeholder:text-faint"
            />
            <Command.List className="max-h-[50vh] overflow-y-auto p-1.5">
              {hits.length === 0 && (
                <p className="px-2 py-6 text-center text-muted">
                  {found.isSettled ? "No results" : "Searching…"}
                </p>
              )}
              {groups.map(({ heading, hits: members }) => (
                <Command.Group key={heading} heading={heading} className={groupClass}>
                  {members.map((hit) => (
                    <Item key={hit.key} hit={hit} onSelect={() => choose(hit)} />
                  ))}
                </Command.Group>
              ))}
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
  { label: "Work pools without a worker", path: "/work-pools?q=status:no-worker" },
  { label: "Paused deployments", path: `/deployments?${new URLSearchParams({ q: "paused:yes" })}` },
  { label: "Secrets", path: `/blocks?${new URLSearchParams({ q: "type:secret" })}` },
] as const;

const pageHits: readonly Hit[] = [
  ...pages.map(({ path, label, keys, icon }) => ({
    ...{ key: path, group: "Pages", name: label, keys, icon, to: path },
  })),
  ...views.map(({ path, label }) => ({
    ...{ key: path, group: "Pages", name: label, icon: <ListFilter size={15} />, to: path },
  })),
];

const creations = [
  { label: "New automation", path: newAutomationPath() },
  { label: "New notification", path: newNotificationPath() },
  { label: "New variable", path: newVariablePath },
  { label: "New block", path: catalogPath },
  { label: "New secret", path: newBlockPath("secret") },
  { label: "New schedule", path: newSchedulePath },
  { label: "New work pool", path: newWorkPoolPath },
] as const;

const creationHits: readonly Hit[] = creations.map(({ path, label }) => ({
  ...{ key: path, group: "Commands", name: label, icon: <Plus size={15} />, to: path },
}));

/** What the page before the reader can do, and what can be done everywhere. */
function useCommands(onOpen: (overlay: Overlay) => void): readonly Hit[] {
  const ofPage = useAllShortcuts().filter(isCommand);
  const api = useApi();
  const leave = useSignOut();
  return [
    ...ofPage.map(({ keys, label, group, run }) => ({
      ...{ key: `${group} ${keys}`, group: "This page", name: label, keys },
      icon: <SquareChevronRight size={15} />,
      to: () => run(new window.KeyboardEvent("keydown")),
    })),
    ...creationHits,
    {
      ...{ key: "theme", group: "Commands", name: "Switch between light and dark" },
      icon: <Contrast size={15} />,
      to: () => settings.set({ theme: otherTheme() }),
    },
    {
      ...{ key: "shortcuts", group: "Commands", name: "Keyboard shortcuts", keys: "?" },
      icon: <Keyboard size={15} />,
      to: () => onOpen("shortcuts"),
    },
    ...(isSignedIn(api)
      ? [{ key: "sign-out", group: "Commands", name: "Sign out", icon: <LogOut size={15} />, to: leave }]
      : []),
  ];
}

/** Keys that only move within a list are no commands. */
const moves: readonly string[] = ["j", "k", "Enter", "Escape", "x", "X"];
const isCommand = ({ keys, group }: Shortcut): boolean => group !== everywhere && !moves.includes(keys);

function otherTheme(): "light" | "dark" {
  const { theme } = settings.get();
  const dark = theme === "dark" || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  return dark ? "light" : "dark";
}
