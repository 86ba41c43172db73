import { BellOff, CircleCheck, OctagonAlert, RotateCcw } from "lucide-react";
import type { FailureGroup } from "../../schema/failures.ts";
import { cx } from "../kit/cx.ts";
import { useNow } from "../kit/now.ts";
import { useSettings } from "../settings.ts";
import { type Standing, standingOf, standingWords } from "./words.ts";

const looks = {
  open: { Icon: OctagonAlert, color: "text-failed" },
  reopened: { Icon: RotateCcw, color: "text-failed" },
  resolved: { Icon: CircleCheck, color: "text-completed" },
  ignored: { Icon: BellOff, color: "text-muted" },
} as const satisfies Record<Standing, object>;

interface Props {
  group: FailureGroup;
  /** The icon alone, with the words as its name. */
  isIcon?: boolean;
  size?: number;
  className?: string;
}

/** Whether an error is open, reopened, resolved or ignored: by icon, colour and words. */
export function StandingBadge({ group, isIcon = false, size = 14, className }: Props) {
  const now = useNow(30);
  const { zone } = useSettings();
  const standing = standingOf(group, now);
  const words = standingWords(group, { now, zone });
  const { Icon, color } = looks[standing];
  if (isIcon)
    return (
      <span role="img" aria-label={words} title={words} className={cx("shrink-0", color, className)}>
        <Icon size={size} aria-hidden="true" />
      </span>
    );
  return (
    <span className={cx("inline-flex min-w-0 items-center gap-1.5", color, className)} title={words}>
      <Icon size={size} className="shrink-0" aria-hidden="true" />
      <span className="truncate">{words}</span>
    </span>
  );
}

/** The words alone, where the icon stands elsewhere in the row. */
export function StandingWords({ group }: { group: FailureGroup }) {
  const now = useNow(30);
  const { zone } = useSettings();
  const words = standingWords(group, { now, zone });
  const isLoud = standingOf(group, now) === "reopened";
  return (
    <span className={cx("block truncate", isLoud ? "text-failed" : "text-muted")} title={words}>
      {words}
    </span>
  );
}
