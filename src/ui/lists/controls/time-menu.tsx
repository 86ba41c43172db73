import { useId, useState } from "react";
import { Button } from "../../kit/controls/button.tsx";
import { cx } from "../../kit/cx.ts";
import { Zone } from "../../parts/time/time.tsx";
import type { ChosenTime } from "./controls.ts";
import { presets } from "./time-label.ts";

interface Props {
  chosen: ChosenTime;
  onChange: (chosen: ChosenTime) => void;
}

/** Usual ranges up to now, and any other by its ends. */
export function TimeMenu({ chosen, onChange }: Props) {
  const isPreset = !chosen.until && presets.some(({ since }) => since === chosen.since);
  return (
    <>
      <fieldset className="p-1">
        <legend className="sr-only">Usual ranges</legend>
        {presets.map(({ since, label }) => {
          const isChosen = isPreset && since === chosen.since;
          return (
            <label
              key={label}
              className={cx(
                "flex h-7 items-center gap-2 rounded-sm px-2 hover:bg-hover has-focus-visible:bg-hover",
                isChosen && "font-strong",
              )}
            >
              <input
                type="radio"
                name="range"
                checked={isChosen}
                onChange={() => onChange({ since, until: undefined })}
              />
              {label}
            </label>
          );
        })}
      </fieldset>
      <Ends key={`${chosen.since} ${chosen.until}`} chosen={chosen} onChange={onChange} />
    </>
  );
}

const field = "h-7 rounded-md border border-line-strong bg-surface px-2";
/** What an input of the browser takes; `24h` it does not. */
const inputValue = (text: string | undefined): string =>
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(text ?? "") ? (text ?? "") : "";

function Ends({ chosen, onChange }: Props) {
  const [since, setSince] = useState(inputValue(chosen.since));
  const [until, setUntil] = useState(inputValue(chosen.until));
  const id = useId();
  return (
    <form
      className="grid grid-cols-[auto_1fr] items-center gap-2 border-t p-3"
      onSubmit={(event) => {
        event.preventDefault();
        onChange({ since: since || undefined, until: until || undefined });
      }}
    >
      <label htmlFor={`${id}since`}>From</label>
      <input
        id={`${id}since`}
        type="datetime-local"
        className={field}
        value={since}
        onChange={(event) => setSince(event.target.value)}
      />
      <label htmlFor={`${id}until`}>To</label>
      <input
        id={`${id}until`}
        type="datetime-local"
        className={field}
        value={until}
        onChange={(event) => setUntil(event.target.value)}
      />
      <span className="col-span-2 flex items-center justify-between text-xs text-muted">
        <span>
          Times in <Zone />
        </span>
        <Button type="submit">Apply range</Button>
      </span>
    </form>
  );
}
