import { computeForecast, type ForecastInput } from "./forecast.ts";

export interface ForecastRequest {
  id: number;
  input: ForecastInput;
}

// A rule may take long to follow; here it keeps nobody waiting.
self.onmessage = ({ data: { id, input } }: MessageEvent<ForecastRequest>) =>
  self.postMessage({ id, answer: computeForecast(input) });
