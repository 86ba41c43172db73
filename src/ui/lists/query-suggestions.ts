export interface Suggestion {
  /** What the text becomes; with a colon at its end it asks for more. */
  text: string;
  hint: string;
}

/** What may follow a key. */
export interface Choices {
  list: readonly string[];
  hint: string;
  /** Names stand in quotes, so that they are meant as a whole. */
  quote?: boolean;
}

/** The words of one query bar. */
export interface Vocabulary {
  keys: readonly { key: string; hint: string }[];
  /** Offered before anything is typed. */
  starters: readonly Suggestion[];
  choices: Readonly<Record<string, Choices>>;
  /** Whole conditions that a word without a key may mean. */
  guesses: (word: string) => readonly Suggestion[];
  /** What a word by itself finds. */
  plain: string;
}

const most = 9;

/** What may come next, given what is being typed. */
export function suggest(draft: string, vocabulary: Vocabulary): readonly Suggestion[] {
  const text = draft.trimStart();
  const [, minus = "", key = "", rest = ""] = /^(-?)([a-z]+):(.*)$/i.exec(text) ?? [];
  if (vocabulary.keys.some((one) => one.key === key.toLowerCase()))
    return values(`${minus}${key.toLowerCase()}:`, rest, vocabulary.choices[key.toLowerCase()]);
  const word = text.toLowerCase();
  if (word === "") return [...vocabulary.starters, ...keyNames("", vocabulary)];
  return [...keyNames(word, vocabulary), ...vocabulary.guesses(word), { text, hint: vocabulary.plain }].slice(
    0,
    most,
  );
}

const keyNames = (word: string, { keys }: Vocabulary): Suggestion[] =>
  keys.filter(({ key }) => key.startsWith(word)).map(({ key, hint }) => ({ text: `${key}:`, hint }));

function values(start: string, rest: string, choices: Choices | undefined): Suggestion[] {
  if (!choices) return [];
  const done = rest.slice(0, rest.lastIndexOf(",") + 1);
  const word = rest.slice(done.length).replaceAll('"', "").toLowerCase();
  const quote = choices.quote ? '"' : "";
  return choices.list
    .filter((one) => one.toLowerCase().includes(word) && !done.split(",").includes(one))
    .map((one) => ({ text: `${start}${done}${quote}${one}${quote}`, hint: choices.hint }))
    .slice(0, most);
}
