import {
  Ban,
  Braces,
  CircleDot,
  ClipboardCopy,
  FileText,
  Pause,
  Pencil,
  Play,
  Repeat,
  RotateCcw,
  Tag,
  Trash2,
} from "lucide-react";
import type { FlowRun } from "../../../schema/flow-runs.ts";
import type { Api } from "../../api.ts";
import type { MenuItem } from "../../kit/overlays/menu-items.ts";
import { toast } from "../../kit/overlays/toast.tsx";
import { downloadLog, logFormats, needsPraetor } from "../../parts/actions/download-log.ts";
import { runActions } from "../../parts/actions/run-actions.ts";
import { retryLabel } from "./offered.ts";

/** What is confirmed with a blast radius. */
export type RunVerb = "cancel" | "pause" | "retry" | "delete";
/** What is open of the actions on a run. */
export type Open = RunVerb | "resume" | "run-again" | "set-state" | "rename" | "tags";

interface Props {
  run: FlowRun;
  api: Api;
  onOpen: (open: Open) => void;
}

/** All actions on a run: on its state, on its words, what leaves the page with it, and the last one. */
export function menuGroups({ run, api, onOpen }: Props): MenuItem[][] {
  const item = (label: string, Icon: typeof Ban, open: Open, more: Partial<MenuItem> = {}): MenuItem => ({
    ...{ label, icon: <Icon size={13} />, onSelect: () => onOpen(open), ...more },
  });
  const verb = (label: string, Icon: typeof Ban, open: RunVerb, shortcut: string) =>
    item(label, Icon, open, { shortcut, disabled: runActions[open].objection(run) });
  return [
    [
      verb(retryLabel(run), RotateCcw, "retry", "r"),
      item("Run again…", Repeat, "run-again", { shortcut: "R" }),
      verb("Cancel", Ban, "cancel", "c"),
      run.state_type === "PAUSED"
        ? item("Resume", Play, "resume", { shortcut: "p" })
        : verb("Pause", Pause, "pause", "p"),
      item("Set state", CircleDot, "set-state"),
    ],
    [item("Rename", Pencil, "rename"), item("Edit tags", Tag, "tags")],
    shareItems(run, api),
    [item("Delete", Trash2, "delete", { danger: true })],
  ];
}

const share = () => import("./share.ts");
function shareItems(run: FlowRun, api: Api): MenuItem[] {
  const item = (
    label: string,
    Icon: typeof Ban,
    act: (shared: Awaited<ReturnType<typeof share>>) => unknown,
  ) => ({
    ...{ label, icon: <Icon size={13} /> },
    onSelect: () =>
      void share()
        .then(act)
        .catch((error: unknown) => toast.failed(`${label}: this part of the page did not load`, error)),
  });
  const disabled = api.info ? undefined : needsPraetor;
  return [
    item("Copy as Markdown", ClipboardCopy, ({ copyMarkdown }) => copyMarkdown(api, run)),
    ...logFormats.map(({ format, label, isOurs }) => ({
      ...item(`Download log (${label})`, FileText, () => downloadLog(api, run, format)),
      disabled: isOurs ? disabled : undefined,
    })),
    item("Download run (JSON)", Braces, ({ downloadRun }) => downloadRun(api, run)),
  ];
}
