/** cliui ships no types; this is what we use of it. https://github.com/yargs/cliui */
declare module 'cliui' {
  interface Column {
    readonly text: string;
    readonly width: number;
    /** Top, right, bottom, left. */
    readonly padding: readonly [number, number, number, number];
  }
  interface Ui {
    div(...columns: readonly Column[]): void;
    toString(): string;
  }
  export default function cliui(options: { readonly width: number; readonly wrap: boolean }): Ui;
}
