export interface WorkerStartOptions {
  pool: string;
  name?: string;
  queue?: string[];
  limit?: number;
  type: string;
  grace: number;
  createPool: boolean;
  json?: boolean;
}
