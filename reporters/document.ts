/** Text for people as data: what it says is made in one place, and how it looks in others. */
export interface Document {
  readonly title: string;
  readonly summary: string;
  /** Names and values that are no English: code, where a layout has a face for that. */
  readonly terms: readonly string[];
  readonly sections: readonly Section[];
}

export interface Section {
  readonly heading: string;
  /** It is part of the section before it. */
  readonly part?: true;
  readonly blocks: readonly Block[];
}

/** A paragraph, or something that is not one. */
export type Block =
  | string
  | { readonly points: readonly string[] }
  | { readonly steps: readonly string[] }
  | { readonly links: readonly string[] }
  /** Each as long as the head, which only a layout shows whose tables need one. */
  | { readonly rows: readonly (readonly string[])[]; readonly head: readonly string[] }
  | { readonly code: string; readonly language: 'sh' | 'sql' | 'bicep' | 'terraform' };
