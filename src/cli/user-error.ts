/** Something the user can put right: printed as its sentence, without a stack. */
export class UserError extends Error {}

/** One sentence for whatever went wrong. A fault of our own keeps its stack, so that it can be reported. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof UserError || ["ApiError", "WrongServer"].includes(error.name)) return error.message;
  return isSystemError(error) ? error.message : (error.stack ?? error.message);
}

const isSystemError = (error: Error): boolean => "code" in error && "syscall" in error;
