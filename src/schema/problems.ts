/** Everything that can go wrong on purpose, with the HTTP status it is answered with. */
export const problemStatus = {
  "bad-request": 400,
  unauthorized: 401,
  forbidden: 403,
  "not-found": 404,
  conflict: 409,
  gone: 410,
  "too-large": 413,
  invalid: 422,
  locked: 423,
  "too-many": 429,
  unavailable: 503,
} as const satisfies Record<string, number>;

export type ProblemCode = keyof typeof problemStatus;

export interface ProblemOptions {
  cause?: unknown;
  headers?: Record<string, string>;
  /** The contract answers a few errors with `exception_message` instead of `detail`. */
  key?: "detail" | "exception_message";
}

export class Problem extends Error {
  readonly code: ProblemCode;
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly key: "detail" | "exception_message";

  constructor(code: ProblemCode, message: string, options: ProblemOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "Problem";
    this.code = code;
    this.status = problemStatus[code];
    this.headers = options.headers ?? {};
    this.key = options.key ?? "detail";
  }
}

export const problem = (code: ProblemCode, message: string, options?: ProblemOptions): Problem =>
  new Problem(code, message, options);
