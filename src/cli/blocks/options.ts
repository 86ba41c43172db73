export interface JsonOption {
  json?: boolean;
}

export interface ListOptions extends JsonOption {
  type?: string;
}
