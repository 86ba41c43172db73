import type { Histogram } from "../model.ts";
import { tones } from "../tones.ts";

/** A bar of the shares of each state, worst first. One failure among thousands still gets two pixels. */
export function Shares({ histogram, total }: { histogram: Histogram; total: number }) {
  return (
    <span className="flex h-1.5 shrink-0 gap-px overflow-hidden rounded-sm bg-active" aria-hidden="true">
      {tones.map((tone) => {
        const count = histogram[tone];
        if (!count) return null;
        const style = { flexGrow: count / total, minWidth: 2, background: `var(--state-${tone})` };
        return <span key={tone} style={style} />;
      })}
    </span>
  );
}
