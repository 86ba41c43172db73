/** An error that the user can fix: printed as its message, without a stack. */
export class UserError extends Error {}

/** One sentence for any error. An internal error keeps its stack, so that it can be reported. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof UserError || ["ApiError", "WrongServer"].includes(error.name)) return error.message;
  return isSystemError(error) ? error.message : (error.stack ?? error.message);
}

const isSystemError = (error: Error): boolean => "code" in error && "syscall" in error;
