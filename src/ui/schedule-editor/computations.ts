import { type Answer, computeForecast, type ForecastInput } from "./forecast.ts";
import { computeNextFires, type NextFires, type NextFiresInput } from "./next-fires.ts";
import type { Week, WeekInput } from "./week/model.ts";
import { computeWeek } from "./week/week.ts";

/** What the worker is asked: following many schedules, or a difficult rule, must not hold up the page. */
export type Question =
  | { kind: "forecast"; input: ForecastInput }
  | { kind: "next"; input: NextFiresInput }
  | { kind: "week"; input: WeekInput };

export function answerTo(question: Question): Answer | NextFires | Week {
  if (question.kind === "next") return computeNextFires(question.input);
  if (question.kind === "week") return computeWeek(question.input);
  return computeForecast(question.input);
}
