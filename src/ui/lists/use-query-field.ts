import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { type Suggestion, suggest, type Vocabulary } from "./query-suggestions.ts";
import { type Language, read, without } from "./query-text.ts";

/** One condition of the query as it stands in the bar. */
export interface ChipPlace {
  text: string;
  from: number;
  to: number;
  /** Why it is not understood. */
  reason?: string;
}

interface Input {
  q: string;
  onChange: (q: string) => void;
  language: Language;
  vocabulary: Vocabulary;
}

/** What the field of the query bar holds and how it answers keys. */
export function useQueryField({ q, onChange, language, vocabulary }: Input) {
  const [draft, setDraft] = useState("");
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const suggestions = open ? suggest(draft, vocabulary) : [];
  const places = chips(q, language);
  // The address follows a moment after the key: what is typed meanwhile must be added to what is on its way.
  const newest = useRef(q);
  useEffect(() => {
    newest.current = q;
  }, [q]);
  const replace = (next: string) => {
    newest.current = next;
    onChange(next);
  };
  const change = (text: string) => {
    setDraft(text);
    setActive(-1);
    setOpen(true);
  };
  const commit = (text = draft.trim()) => {
    change("");
    setOpen(false);
    if (text) replace(`${newest.current} ${text}`.trim());
  };
  const take = ({ text }: Suggestion) => (text.endsWith(":") ? change(text) : commit(text));
  const remove = (place: ChipPlace) => replace(without(q, [place]));
  const edit = (place: ChipPlace) => {
    remove(place);
    change(place.text);
  };
  const step = (by: number) => {
    setOpen(true);
    // One place before the first stands for "none", so that the field itself is in the round.
    const places = suggestions.length + 1;
    setActive(((active + 1 + by + places) % places) - 1);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const chosen = suggestions[active];
    const first = chosen ?? (draft ? suggestions[0] : undefined);
    const last = places.at(-1);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") step(event.key === "ArrowDown" ? 1 : -1);
    else if (event.key === "Enter") chosen ? take(chosen) : commit();
    else if (event.key === "Tab" && first) take(first);
    else if (event.key === "Backspace" && draft === "" && last) edit(last);
    else if (event.key === "Escape") {
      if (suggestions.length > 0) setOpen(false);
      else event.currentTarget.blur();
    } else return;
    event.preventDefault();
  };
  return { draft, suggestions, active, places, change, commit, take, edit, remove, onKeyDown, setOpen };
}

function chips(q: string, language: Language): readonly ChipPlace[] {
  const { terms, misunderstood } = read(q, language);
  const good = terms.map(({ from, to }) => ({ text: q.slice(from, to), from, to }));
  return [...good, ...misunderstood].toSorted((a, b) => a.from - b.from);
}
