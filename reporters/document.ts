/** Text for people as data: what it says is made in one place, and how it looks in others. */
export interface Document {
  readonly title: string;
  readonly summary: string;
  readonly sections: readonly Section[];
}

export interface Section {
  readonly heading: string;
  readonly blocks: readonly Block[];
}

/** A paragraph, or something that is not one. */
export type Block =
  | string
  | { readonly points: readonly string[] }
  | { readonly steps: readonly string[] }
  | { readonly links: readonly string[] }
  | { readonly rows: readonly (readonly string[])[] }
  | { readonly code: string; readonly language: 'sh' | 'sql' | 'bicep' | 'terraform' };
