/** What the command line needs of the process; a test brings its own. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Calls back at the first Ctrl-C or its like, until the function that it returns is called. The second ends the process. */
  onInterrupt(callback: () => void): () => void;
}

export interface Output {
  /** Resolves when the text is on its way, and when nobody reads it any more; rejects if it cannot be written. */
  write(text: string): Promise<void>;
  readonly isTTY: boolean;
  readonly columns: number | undefined;
}
