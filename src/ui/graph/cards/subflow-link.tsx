import { ArrowUpRight } from "lucide-react";
import type { RunNode } from "../../../schema/graphs.ts";
import { RunLink } from "../../parts/runs/run-link.tsx";

/** Leads to the page of a subflow. */
export const SubflowLink = ({ node }: { node: RunNode }) => (
  <RunLink
    kind="flow-run"
    id={node.id}
    tabIndex={-1}
    // Else the card below would be selected, too, which is another address.
    onClick={(event) => event.stopPropagation()}
    className="rounded-sm p-1 text-muted hover:bg-hover"
  >
    <ArrowUpRight size={14} aria-label={`Open ${node.name}`} />
  </RunLink>
);
