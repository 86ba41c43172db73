import { Problem } from "../schema/problems.ts";
import { InvalidRequest } from "./invalid-request.ts";
import { json } from "./serve.ts";

/** The answer to a request that was refused on purpose; undefined for any other error. */
export function answerProblem(error: Error): Response | undefined {
  if (error instanceof Problem) return json({ [error.key]: error.message }, error);
  if (!(error instanceof InvalidRequest)) return undefined;
  const body = {
    exception_message: error.message,
    exception_detail: error.issues,
    request_body: error.body,
  };
  return json(body, { status: 422 });
}
