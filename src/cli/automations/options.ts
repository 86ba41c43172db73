export interface JsonOption {
  json?: boolean;
}

export interface CreateOptions extends JsonOption {
  file: string;
}
