import { answerTo, type Question } from "./computations.ts";

interface Message {
  id: number;
  question: Question;
}

self.onmessage = ({ data: { id, question } }: MessageEvent<Message>) =>
  self.postMessage({ id, answer: answerTo(question) });
