import { Check } from "lucide-react";
import { useDeferredValue, useId, useState } from "react";
import { ListSearch } from "../../kit/controls/list-search.tsx";
import { Segmented } from "../../kit/controls/segmented.tsx";
import { cx } from "../../kit/cx.ts";
import type { Value } from "../query-text.ts";
import type { Choice, UseChoices } from "./choices.ts";
import type { ChosenValues } from "./controls.ts";

interface Props {
  label: string;
  chosen: ChosenValues;
  onChange: (chosen: ChosenValues) => void;
  useChoices: UseChoices;
  isSingle: boolean;
  /** Whether rows may be asked to have all of the values. */
  canMatchAll: boolean;
  /** Whether chosen values are whole names, as opposed to words. */
  isName: boolean;
}

/** A list with a search field: the arrows go through it, Enter takes and gives back. */
export function ValuesMenu(props: Props) {
  const { label, chosen, onChange, useChoices, canMatchAll } = props;
  const [typed, setTyped] = useState("");
  const [active, setActive] = useState(0);
  const { list, isPending, isCut } = useChoices(useDeferredValue(typed.trim()));
  const listId = useId();
  // Right after a key the list is that of the text before: Enter must not take what does not fit.
  const choices = withChosen(list, chosen.values, typed).filter(({ value }) => contains(value, typed));
  const isChosen = (value: string) => chosen.values.some((one) => one.text === value);
  const toggle = (value: string) => onChange(toggled(value, props));
  return (
    <>
      <ListSearch
        label={`Search ${label.toLowerCase()}`}
        placeholder={`Search ${label.toLowerCase()}`}
        text={typed}
        onText={setTyped}
        count={choices.length}
        onActive={setActive}
        onEnter={(at) => choices[at] && toggle(choices[at].value)}
        {...{ listId, active }}
      />
      <div
        id={listId}
        role="listbox"
        aria-label={label}
        aria-multiselectable={!props.isSingle}
        className="min-h-0 flex-1 overflow-y-auto p-1"
      >
        {choices.map((choice, index) => (
          <Option
            key={choice.value}
            id={`${listId}-${index}`}
            choice={choice}
            isActive={index === active}
            isChosen={isChosen(choice.value)}
            onTake={() => toggle(choice.value)}
          />
        ))}
      </div>
      {choices.length === 0 && (
        <p role="status" className="px-3 pb-3 text-muted">
          {isPending ? "Loading" : "No match"}
        </p>
      )}
      {isCut && (
        <p className="border-t px-3 py-1.5 text-xs text-muted">More exist: type a part of the name</p>
      )}
      {canMatchAll && chosen.values.length > 1 && <Match chosen={chosen} onChange={onChange} />}
    </>
  );
}

const Match = ({ chosen, onChange }: Pick<Props, "chosen" | "onChange">) => (
  <div className="flex items-center gap-2 border-t px-3 py-2 text-xs text-muted">
    Match
    <Segmented
      label="Match"
      value={chosen.match}
      onChange={(match) => onChange({ ...chosen, match })}
      options={[
        { value: "any", label: "Any" },
        { value: "all", label: "All" },
      ]}
    />
  </div>
);

const contains = (value: string, typed: string): boolean =>
  value.toLowerCase().includes(typed.trim().toLowerCase());

/** Chosen values stand first, whether the server offers them or not. */
function withChosen(list: readonly Choice[], values: readonly Value[], typed: string): readonly Choice[] {
  if (typed !== "") return list;
  const chosen = values.map(({ text }) => list.find(({ value }) => value === text) ?? { value: text });
  const names = new Set(values.map(({ text }) => text));
  return [...chosen, ...list.filter(({ value }) => !names.has(value))];
}

/** A whole name and a part of one cannot be asked for together: the part gives way. */
function toggled(value: string, { chosen, isSingle, isName }: Props): ChosenValues {
  const isChosen = chosen.values.some((one) => one.text === value);
  const others = chosen.values.filter((one) => one.text !== value && (!isName || one.exact));
  if (isChosen) return { ...chosen, values: others };
  return { ...chosen, values: [...(isSingle ? [] : others), { text: value, exact: isName }] };
}

interface OptionProps {
  id: string;
  choice: Choice;
  isActive: boolean;
  isChosen: boolean;
  onTake: () => void;
}

function Option({ id, choice, isActive, isChosen, onTake }: OptionProps) {
  return (
    <div
      id={id}
      role="option"
      aria-selected={isChosen}
      tabIndex={-1}
      // The search field keeps the focus, so that the arrows go on.
      onPointerDown={(event) => event.preventDefault()}
      onClick={onTake}
      onKeyDown={(event) => event.key === "Enter" && onTake()}
      className={cx("flex h-7 items-center gap-2 rounded-sm px-2 hover:bg-hover", isActive && "bg-hover")}
    >
      <Check size={13} className={cx("shrink-0 text-accent", !isChosen && "invisible")} aria-hidden />
      <span className="min-w-0 flex-1 truncate" title={choice.value}>
        {choice.value}
      </span>
      {choice.count !== undefined && (
        <span className="text-xs text-faint tabular-nums">{choice.count.toLocaleString("en")}</span>
      )}
    </div>
  );
}
