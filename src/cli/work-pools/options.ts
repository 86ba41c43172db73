export interface JsonOption {
  json?: boolean;
}

export interface CreatePoolOptions extends JsonOption {
  description?: string;
  limit?: number;
  paused?: boolean;
}

export interface QueueOptions extends JsonOption {
  pool: string;
  limit?: number;
  priority?: number;
}
