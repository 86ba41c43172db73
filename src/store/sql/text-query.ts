import { sql } from "kysely";
import type { Clause } from "./dialect.ts";

interface Term {
  text: string;
  sign: "" | "+" | "-";
}

/**
 * Search syntax: words are alternatives, `+x` is required, `-x` or `!x` is excluded, quotes group words,
 * and a lone sign is ignored.
 */
function termsOf(query: string): Term[] {
  const found = query.matchAll(/([+\-!]?)(?:"([^"]*)"?|((?![+\-!](?:\s|$))[^\s"]+))/g);
  return [...found]
    .map(([, sign = "", phrase, word]): Term => {
      const text = phrase ?? word ?? "";
      return { text, sign: sign === "!" ? "-" : sign === "-" ? "-" : sign === "+" ? "+" : "" };
    })
    .filter((term) => term.text !== "");
}

/** The words of a search that a hit has in it, or may have. */
export const wantedWords = (query: string): string[] =>
  termsOf(query).flatMap(({ sign, text }) => (sign === "-" ? [] : [text]));

export function textClauses(query: string, contains: (text: string) => Clause): Clause[] {
  const terms = termsOf(query);
  const some = terms.filter((term) => term.sign === "").map((term) => contains(term.text));
  const clauses = terms
    .filter((term) => term.sign !== "")
    .map((term): Clause => (term.sign === "+" ? contains(term.text) : sql`not ${contains(term.text)}`));
  if (some.length > 0) clauses.push(sql`(${sql.join(some, sql` or `)})`);
  return clauses;
}

/** The search as a test of one text. */
export function textMatcher(query: string): (text: string) => boolean {
  const terms = termsOf(query.toLowerCase());
  const some = terms.filter(({ sign }) => sign === "");
  const firm = terms.filter(({ sign }) => sign !== "");
  return (value) => {
    const text = value.toLowerCase();
    return (
      firm.every((term) => text.includes(term.text) === (term.sign === "+")) &&
      (some.length === 0 || some.some((term) => text.includes(term.text)))
    );
  };
}
