import { fits } from "./http/json-size.ts";

/** Limits of an error answer, for a list of a million wrong values. */
export const maxDescribed = 100;
/** Characters of a wrong value, of the whole body, and of a text in an answer. */
const maxShown = 500;
const maxShownBody = 20_000;
const maxText = 300;

/** A request that does not match the schema of its route. */
export class InvalidRequest extends Error {
  readonly issues: readonly Issue[];
  /** Null where it is too long to be sent back. */
  readonly body: unknown;

  constructor(issues: readonly Issue[], body: unknown) {
    super("Invalid request received.");
    this.name = "InvalidRequest";
    this.issues = issues.slice(0, maxDescribed).map(shown);
    this.body = fits(body, maxShownBody) ? body : null;
  }
}

const shown = ({ type, loc, msg, input }: Issue): Issue => ({
  ...{ type, loc: loc.map((step) => (typeof step === "string" ? cut(step) : step)), msg: cut(msg) },
  ...(fits(input, maxShown) && { input }),
});

const cut = (text: string) => (text.length > maxText ? `${text.slice(0, maxText)} …` : text);

export interface Issue {
  type: string;
  loc: (string | number)[];
  msg: string;
  input?: unknown;
}
