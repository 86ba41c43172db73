import { type Asked, answerTo } from "./forecast.ts";

export interface ForecastRequest {
  id: number;
  asked: Asked;
}

// A rule may take long to follow; here it keeps nobody waiting.
self.onmessage = ({ data: { id, asked } }: MessageEvent<ForecastRequest>) =>
  self.postMessage({ id, answer: answerTo(asked) });
