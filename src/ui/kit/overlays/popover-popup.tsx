import { Popover as Base } from "@base-ui/react/popover";
import type { PopoverProps } from "./popover-props.ts";

/** The popup itself, open from the start. */
export function PopoverPopup({ trigger, label, children }: PopoverProps) {
  return (
    <Base.Root defaultOpen>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner sideOffset={4} align="start" collisionPadding={8} className="z-50">
          <Base.Popup
            aria-label={label}
            className="pop flex max-h-[min(440px,var(--available-height))] w-[min(300px,calc(100vw-16px))] flex-col outline-none"
          >
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
