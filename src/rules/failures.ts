import type { RunError } from "../schema/events.ts";
import type { FailureFrame } from "../schema/failures.ts";

type Chain = RunError["chain"];

/** A failure: its state, and the error itself where it was recorded. */
export interface Failure {
  state_name: string;
  message: string | null;
  chain: Chain | undefined;
}

/** The common part of failures of one kind. */
export interface Fingerprint {
  /** Failures with equal texts form one group. */
  text: string;
  error_type: string;
  message: string;
  frames: FailureFrame[];
}

const maxFrames = 3;
const maxKinds = 5;
const maxMessage = 500;

/** From the thrown error where it is known, else from the state. */
export function fingerprintOf(failure: Failure): Fingerprint {
  const [thrown] = failure.chain ?? [];
  const { type, message } = thrown
    ? { type: thrown.name, message: firstLine(thrown.message) }
    : saidBy(failure);
  const frames = framesOf(thrown?.frames ?? []);
  const places = frames.map((frame) => `${frame.file} ${frame.function ?? ""}`);
  return {
    text: [type, normalised(message), ...places, ...kindsOf(thrown?.members ?? [])].join("\n"),
    error_type: type,
    message,
    frames,
  };
}

/** The message of an exception group only counts its errors: kinds are told apart by the errors in it, not by their number. */
function kindsOf(members: readonly Chain[]): string[] {
  const kinds = members.flatMap(([thrown]) =>
    thrown ? `${thrown.name}: ${normalised(firstLine(thrown.message))}` : [],
  );
  return [...new Set(kinds)].toSorted().slice(0, maxKinds);
}

/** Messages with which our SDK and Prefect report failed runs inside another run. */
const aggregate = /^\d+\/\d+ (?:states|task runs) (?:failed|are not final|cancelled)/;
/** Errors that only report that a run failed. */
const ofRuns = new Set(["RunStateError", "UpstreamError", "FailedRun", "CrashedRun", "UnfinishedRun"]);

/**
 * The failure, among those of the child runs, that caused this one: one with the same error, or with a cause or a
 * member of it; the first where this failure only reports failed runs. Undefined when the error is the run's own.
 */
export function causeAmong<Inner extends { error_type: string; message: string }>(
  within: readonly Inner[],
  failure: Failure,
): Inner | undefined {
  const errors = failure.chain ? everyError(failure.chain) : [saidBy(failure)];
  const same = within.find((inner) =>
    errors.some(
      ({ type, message }) =>
        type === inner.error_type && normalised(firstLine(message)) === normalised(inner.message),
    ),
  );
  if (same) return same;
  const [thrown] = errors;
  const isUninformative = failure.chain
    ? ofRuns.has(thrown?.type ?? "")
    : aggregate.test(failure.message ?? "");
  return isUninformative ? within[0] : undefined;
}

const everyError = (chain: Chain): { type: string; message: string }[] =>
  chain.flatMap(({ name, message, members = [] }) => [
    { type: name, message },
    ...members.flatMap((member) => everyError(member)),
  ]);

/** The innermost frames of the user's own code; where there are none, those of libraries. */
function framesOf(frames: Chain[number]["frames"]): FailureFrame[] {
  const own = frames.filter((frame) => !frame.library);
  return (own.length > 0 ? own : frames).slice(0, maxFrames).map((frame) => ({
    file: normalizedPath(frame.file),
    function: frame.function,
  }));
}

/** File and its folder only: checkout paths differ between machines, and line numbers change with every edit. */
const normalizedPath = (file: string): string =>
  file
    .replace(/[?#].*$/, "")
    .split(/[\\/]/)
    .filter(Boolean)
    .slice(-2)
    .map((part) => normalised(part))
    .join("/");

const prefix = /^(?:Flow|Task) run encountered an exception:? ?/i;
const named =
  /^((?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*(?:Error|Exception|Warning|Exit|Interrupt|Timeout|Abort)):? ?(.*)$/;

/** Type and message of an error, as far as the message of a state contains them. */
export function saidBy({ state_name, message }: Omit<Failure, "chain">): { type: string; message: string } {
  const text = firstLine((message ?? "").replace(prefix, ""));
  const [, name, rest = ""] = named.exec(text) ?? [];
  return name ? { type: name.split(".").at(-1) ?? name, message: rest } : { type: state_name, message: text };
}

const firstLine = (text: string): string => (text.trim().split("\n")[0] ?? "").slice(0, maxMessage);

// Longest first, so that part of an id is not replaced as a number.
const changing = [
  /\b[a-z][a-z\d+.-]*:\/\/[^\s"'<>()]+/gi,
  /(?<!\w)(["'`])(?:(?!\1)[^\n])*\1/g,
  /\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/gi,
  /(?<![\w.])(?:[A-Za-z]:)?(?:[\\/][\w.@+~%-]+)+[\\/]?/g,
  /0x[0-9a-f]+/gi,
  /\b(?=[a-z]*\d)[0-9a-f]{8,}\b/gi,
  /\d+(?:[.,:]\d+)*/g,
];

/** Messages that differ only in ids, numbers, paths, addresses and quoted values are equal. */
export const normalised = (message: string): string =>
  changing.reduce((text, pattern) => text.replace(pattern, "#"), message);
