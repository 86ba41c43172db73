import { cloneElement, Suspense, useState } from "react";
import { lazyNamed } from "../lazy-named.ts";
import type { PopoverProps } from "./popover-props.ts";

const PopoverPopup = lazyNamed(async () => (await import("./popover-popup.tsx")).PopoverPopup);

/** A button that opens a popup with controls; what draws it is fetched when it is first opened. */
export function Popover(props: PopoverProps) {
  const [isWanted, setWanted] = useState(false);
  const closed = cloneElement(props.trigger, { "aria-haspopup": "dialog", onClick: () => setWanted(true) });
  if (!isWanted) return closed;
  return (
    <Suspense fallback={closed}>
      <PopoverPopup {...props} />
    </Suspense>
  );
}
