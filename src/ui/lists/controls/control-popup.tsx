import { PopoverPopup } from "../../kit/overlays/popover-popup.tsx";
import { ControlMenu } from "./control-menu.tsx";
import type { ControlPopupProps } from "./controls-props.ts";

/** A control of a list, open from the start. */
export function ControlPopup<K extends string>({ trigger, label, ...props }: ControlPopupProps<K>) {
  return (
    <PopoverPopup trigger={trigger} label={label}>
      <ControlMenu {...props} />
    </PopoverPopup>
  );
}
