import { Menu as Base } from "@base-ui/react/menu";
import { Fragment } from "react";
import { cx } from "../cx.ts";
import { Kbd } from "../kbd.tsx";
import type { MenuProps } from "./menu-items.ts";

const itemClass =
  "flex h-8 items-center gap-2 rounded-sm px-2 outline-none select-none data-[highlighted]:bg-hover data-[disabled]:text-faint";

/** The menu itself, open from the start. */
export function MenuPopup({ trigger, groups, align = "end" }: MenuProps) {
  const shown = groups.filter((group) => group.length > 0);
  return (
    <Base.Root defaultOpen>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner sideOffset={4} align={align} className="z-50">
          <Base.Popup className="pop min-w-44 p-1 outline-none">
            {shown.map((group, index) => (
              <Fragment key={group[0]?.label}>
                {index > 0 && <Base.Separator className="mx-1 my-1 h-px bg-line" />}
                {group.map((item) => (
                  <Base.Item
                    key={item.label}
                    disabled={item.disabled !== undefined}
                    className={cx(itemClass, item.danger && !item.disabled && "text-danger")}
                    onClick={item.onSelect}
                  >
                    {item.icon && <span className="text-muted">{item.icon}</span>}
                    <span className="flex-1">{item.label}</span>
                    {item.disabled && <span className="text-xs">{item.disabled}</span>}
                    {item.shortcut && <Kbd keys={item.shortcut} />}
                  </Base.Item>
                ))}
              </Fragment>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
