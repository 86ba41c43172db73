import { Check, Rows3 } from "lucide-react";
import { Suspense, useState } from "react";
import { useIsPraetor } from "../api.ts";
import { Button } from "../kit/controls/button.tsx";
import { lazyNamed } from "../kit/lazy-named.ts";
import { Menu } from "../kit/overlays/menu.tsx";
import type { MenuItem } from "../kit/overlays/menu-items.ts";
import { type GroupBy, groupByLabel, groupByText, groupingLabels } from "./groups.ts";

const TagKeyDialog = lazyNamed(async () => (await import("./tag-key-dialog.tsx")).TagKeyDialog);

interface Props {
  grouping: GroupBy | undefined;
  /** Keys of tags that runs are known to have. */
  tagKeys: readonly string[];
  onChange: (group: string) => void;
}

const simple = (["state", "flow", "deployment", "version"] as const).map((by): GroupBy => ({ by }));
const mostKeys = 8;

/** What the list is grouped by. */
export function GroupMenu({ grouping, tagKeys, onChange }: Props) {
  const isPraetor = useIsPraetor();
  const [isAsking, setAsking] = useState(false);
  const chosen = grouping && groupByText(grouping);
  const ofTags = [...new Set([...(grouping?.by === "tag" ? [grouping.key] : []), ...tagKeys])];
  const item = (one: GroupBy): MenuItem => ({
    label: one.by === "tag" ? groupByLabel(one) : groupingLabels[one.by],
    icon: <Check size={14} className={chosen === groupByText(one) ? "" : "invisible"} />,
    disabled: isPraetor ? undefined : "needs a Praetor server",
    onSelect: () => onChange(groupByText(one)),
  });
  const other: MenuItem = {
    label: "Another tag key…",
    icon: <Check size={14} className="invisible" />,
    disabled: isPraetor ? undefined : "needs a Praetor server",
    onSelect: () => setAsking(true),
  };
  const none: MenuItem = {
    label: "No groups",
    icon: <Check size={14} className={chosen === undefined ? "" : "invisible"} />,
    onSelect: () => onChange(""),
  };
  return (
    <>
      <Menu
        align="end"
        trigger={
          <Button variant="ghost" aria-label={`Group${grouping ? `: ${groupByLabel(grouping)}` : ""}`}>
            <Rows3 size={14} />
            <span className="max-w-48 truncate max-sm:hidden">
              {grouping ? `Group: ${groupByLabel(grouping)}` : "Group"}
            </span>
          </Button>
        }
        groups={[
          [none],
          simple.map(item),
          [...ofTags.slice(0, mostKeys).map((key) => item({ by: "tag", key })), other],
        ]}
      />
      <Suspense fallback={null}>
        {isAsking && (
          <TagKeyDialog
            onClose={() => setAsking(false)}
            onChoose={(key) => onChange(groupByText({ by: "tag", key }))}
          />
        )}
      </Suspense>
    </>
  );
}
