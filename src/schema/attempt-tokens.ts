// Without zod, because the threads of the store load it.

/**
 * Header of requests of an attempt of a flow run: `<flow run id>/<token>`. An answer of 409 that bears it with the value
 * `given-up` says that the run is another attempt's now. Prefect servers ignore it.
 */
export const attemptHeader = "praetor-attempt";
export const givenUpValue = "given-up";

/** Label of the flow run among the resources of an event: the token of the sending attempt. */
export const attemptLabel = "praetor.attempt";

/** One execution of a flow run: from its claim or start until it ends or the run is given up. */
export interface AttemptToken {
  flowRunId: string;
  token: string;
}

export const attemptText = ({ flowRunId, token }: AttemptToken): string => `${flowRunId}/${token}`;

const uuid = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const pattern = new RegExp(`^(${uuid})/(${uuid})$`);

/** Undefined when the text is no value of the header. */
export function attemptIn(text: string): AttemptToken | undefined {
  const [, flowRunId, token] = pattern.exec(text) ?? [];
  return flowRunId && token ? { flowRunId, token } : undefined;
}

/** The attempts of one flow run that have named themselves. */
export interface Attempts {
  /** The current owner of the run. */
  current: string | null;
  /** Previous owners, newest first. */
  givenUp: readonly string[];
}

const nobody = "-";

/** The stored form: the current token, or `-`, and those given up. Null without named attempts. */
export function attemptsIn(text: string | null): Attempts {
  if (text === null) return { current: null, givenUp: [] };
  const [current = nobody, ...givenUp] = text.split(" ");
  return { current: current === nobody ? null : current, givenUp };
}

export const attemptsText = ({ current, givenUp }: Attempts): string | null =>
  current === null && givenUp.length === 0 ? null : [current ?? nobody, ...givenUp].join(" ");

/** Whether the attempt has lost the run. An unknown attempt may still take a run without an owner. */
export const isGivenUp = ({ current, givenUp }: Attempts, token: string): boolean =>
  current === null ? givenUp.includes(token) : current !== token;
