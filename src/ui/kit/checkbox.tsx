import { Checkbox as Base } from "@base-ui/react/checkbox";
import { Check, Minus } from "lucide-react";

interface Props {
  label: string;
  checked: boolean;
  /** Some, but not all. */
  mixed?: boolean;
  onChange: (checked: boolean, event: Event) => void;
  tabIndex?: number;
}

export function Checkbox({ label, checked, mixed = false, onChange, tabIndex }: Props) {
  return (
    <Base.Root
      aria-label={label}
      checked={checked}
      indeterminate={mixed}
      tabIndex={tabIndex}
      onCheckedChange={(next, { event }) => onChange(next, event)}
      className="touch flex size-3.5 items-center justify-center rounded-sm border border-control-line bg-surface data-[checked]:border-accent data-[checked]:bg-accent data-[indeterminate]:border-accent data-[indeterminate]:bg-accent"
    >
      <Base.Indicator className="text-on-ink">
        {mixed ? <Minus size={11} strokeWidth={3} /> : <Check size={11} strokeWidth={3} />}
      </Base.Indicator>
    </Base.Root>
  );
}
