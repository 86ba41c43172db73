import { ChevronDown, Columns2, Maximize2, Minimize2, Rows2 } from "lucide-react";
import { IconButton } from "../../kit/controls/button.tsx";
import { cx } from "../../kit/cx.ts";

export interface ToolsProps {
  /** Only the tabs are shown. */
  isFolded: boolean;
  onFold: () => void;
  isFull: boolean;
  onFull: () => void;
  /** Undefined where there is room for one arrangement only. */
  direction: "rows" | "columns" | undefined;
  onDirection: () => void;
}

/** How much of the page the picture has, at the end of its tabs. */
export function PictureTools({ isFolded, onFold, isFull, onFull, direction, onDirection }: ToolsProps) {
  return (
    <div className="flex items-center gap-0.5">
      {!isFolded && !isFull && direction && (
        <IconButton
          label={direction === "rows" ? "Put the details beside" : "Put the details below"}
          onClick={onDirection}
        >
          {direction === "rows" ? <Columns2 size={14} /> : <Rows2 size={14} />}
        </IconButton>
      )}
      <IconButton label={isFull ? "Leave full screen" : "Full screen"} shortcut="f" onClick={onFull}>
        {isFull ? <Minimize2 size={14} /> : <Maximize2 size={14} />}
      </IconButton>
      {!isFull && (
        <IconButton label={isFolded ? "Expand" : "Collapse"} onClick={onFold}>
          <ChevronDown size={15} className={cx("transition-transform", !isFolded && "rotate-180")} />
        </IconButton>
      )}
    </div>
  );
}
