import { writeOption } from "../lists/controls/controls.ts";
import { fieldsOf } from "./fields.ts";
import type { Tab } from "./view.ts";

export interface LeftOut {
  /** Whether runs that schedules have created ahead of their time are left out. */
  isWithoutAhead: boolean;
  /** Whether runs that other runs have started are left out. */
  isWithoutSubflows: boolean;
}

interface Props extends LeftOut {
  q: string;
  tab: Tab;
  onQuery: (q: string) => void;
}

/** What the list leaves out without being asked to, and how to see it. */
export const LeftOutNotes = ({ isWithoutAhead, isWithoutSubflows, q, tab, onQuery }: Props) => (
  <>
    {isWithoutAhead && (
      <HiddenNote what="Upcoming runs" onShow={() => onQuery(`${q} state:scheduled`.trim())} />
    )}
    {isWithoutSubflows && (
      <HiddenNote
        what="Subflows"
        onShow={() => onQuery(writeOption(q, fieldsOf[tab], "subflows", "shown"))}
      />
    )}
  </>
);

const HiddenNote = ({ what, onShow }: { what: string; onShow: () => void }) => (
  <span className="shrink-0 max-sm:hidden">
    {what} hidden ·{" "}
    <button
      type="button"
      aria-label={`Show ${what.toLowerCase()}`}
      className="underline hover:text-fg"
      onClick={onShow}
    >
      Show
    </button>
  </span>
);
