import {
  Activity,
  Box,
  Boxes,
  Braces,
  CalendarClock,
  FileBox,
  Gauge,
  List,
  OctagonAlert,
  Radio,
  Rocket,
  ScrollText,
  Settings2,
  Workflow,
  Zap,
} from "lucide-react";
import type { ReactNode } from "react";

/** A page of the navigation. */
export interface PageLink {
  path: string;
  label: string;
  /** Shortcut that goes there. */
  keys: string;
  icon: ReactNode;
  /** On a phone the bar has room for few: the others are behind "More". */
  isOnPhone?: true;
}

/** The pages in the order of the navigation. */
export const pageGroups: readonly { heading?: string; pages: readonly PageLink[] }[] = [
  {
    pages: [
      { path: "/", label: "Now", keys: "g n", icon: <Activity size={15} />, isOnPhone: true },
      { path: "/runs", label: "Runs", keys: "g r", icon: <List size={15} />, isOnPhone: true },
      { path: "/errors", label: "Errors", keys: "g e", icon: <OctagonAlert size={15} />, isOnPhone: true },
      { path: "/logs", label: "Logs", keys: "g l", icon: <ScrollText size={15} /> },
    ],
  },
  {
    heading: "Work",
    pages: [
      { path: "/flows", label: "Flows", keys: "g f", icon: <Workflow size={15} /> },
      { path: "/deployments", label: "Deployments", keys: "g d", icon: <Rocket size={15} /> },
      { path: "/schedules", label: "Schedules", keys: "g h", icon: <CalendarClock size={15} /> },
      { path: "/artifacts", label: "Artifacts", keys: "g a", icon: <FileBox size={15} /> },
    ],
  },
  {
    heading: "Infrastructure",
    pages: [
      { path: "/capacity", label: "Capacity", keys: "g c", icon: <Gauge size={15} /> },
      { path: "/work-pools", label: "Work pools", keys: "g w", icon: <Boxes size={15} /> },
    ],
  },
  {
    heading: "Reactions",
    pages: [
      { path: "/events", label: "Events", keys: "g v", icon: <Radio size={15} /> },
      { path: "/automations", label: "Automations", keys: "g u", icon: <Zap size={15} /> },
    ],
  },
  {
    heading: "Configuration",
    pages: [
      { path: "/variables", label: "Variables", keys: "g x", icon: <Braces size={15} /> },
      { path: "/blocks", label: "Blocks", keys: "g b", icon: <Box size={15} /> },
      { path: "/settings", label: "Settings", keys: "g s", icon: <Settings2 size={15} /> },
    ],
  },
];
export const pages: readonly PageLink[] = pageGroups.flatMap((group) => group.pages);
