import { createContext, use, useState } from "react";
import { isMistake, readJson } from "../../schema-form/json-text.ts";
import { type AutomationDraft, draftJson, readDraft } from "../model/drafts.ts";
import { checkDraft, type Problem, refusedProblems } from "../model/problems.ts";

export interface Editing {
  draft: AutomationDraft;
  change: (patch: Partial<AutomationDraft>) => void;
  /** The draft as JSON, or what is typed in its place. */
  text: string;
  setText: (text: string) => void;
  /** Why what is typed is no draft; the form shows the last one. */
  mistake: string | undefined;
  /** What is shown as wrong: what a try to save has found, or the server has refused. */
  problems: readonly Problem[];
  /** How often it was tried to save. */
  tries: number;
  /** What is to be sent; undefined where something is wrong, which is shown from then on. */
  submit: () => ReturnType<typeof checkDraft>["input"];
  refuse: (error: unknown) => void;
}

/** An automation as it is edited: as a form and as JSON, which follow each other. */
export function useDraft(initial: () => AutomationDraft): Editing {
  const [draft, setDraft] = useState(initial);
  const [typed, setTyped] = useState<string>();
  const [mistake, setMistake] = useState<string>();
  const [tries, setTries] = useState(0);
  const [refused, setRefused] = useState<readonly Problem[]>([]);
  const found = checkDraft(draft);
  const replace = (next: AutomationDraft) => {
    setDraft(next);
    setRefused([]);
    setMistake(undefined);
  };
  return {
    draft,
    change: (patch) => {
      replace({ ...draft, ...patch });
      setTyped(undefined);
    },
    text: typed ?? JSON.stringify(draftJson(draft), null, 2),
    setText: (text) => {
      setTyped(text);
      const read = draftIn(text);
      if ("draft" in read) replace(read.draft);
      else setMistake(read.problem);
    },
    mistake,
    problems: [...(tries > 0 ? found.problems : []), ...refused],
    tries,
    submit: () => {
      setTries(tries + 1);
      return mistake === undefined ? found.input : undefined;
    },
    refuse: (error) => {
      setRefused(refusedProblems(error, draft));
      setTries(tries + 1);
    },
  };
}

function draftIn(text: string): ReturnType<typeof readDraft> {
  const read = readJson(text);
  if (isMistake(read)) return { problem: `Line ${read.line}: ${read.message}` };
  return readDraft(read.value);
}

export const ProblemsContext = createContext<readonly Problem[]>([]);

/** What is wrong at a place of the draft. */
export const useProblem = (path: string): string | undefined =>
  use(ProblemsContext).find((problem) => problem.path === path)?.message;
