/** Fills `{name}`; a name without a word stays as it is. Names of parameters may have dots: `{pgaudit.log}`. */
export const fillWords = (template: string, wordFor: (name: string) => string | undefined): string =>
  template.replace(/\{([\w.]+)\}/g, (placeholder, name: string) => wordFor(name) ?? placeholder);

/** Fills `{name}` from the values, as they are shown in a sentence. */
export const fillTemplate = (template: string, values: Readonly<Record<string, unknown>>): string =>
  fillWords(template, (name) => (Object.hasOwn(values, name) ? shown(values[name]) : undefined));

/** So many lines of a list stand in a sentence. */
const most = 5;

/** A value in a sentence: a plain word as it is, a list of lines one after the other, anything else as JSON; nothing longer than a line. */
export function shown(value: unknown): string {
  if (Array.isArray(value) && value.length > 0 && value.every((line) => typeof line === 'string')) {
    const lines = value.slice(0, most).map((line) => (line.length > 200 ? `${line.slice(0, 199)}…` : line));
    return [...lines, ...(value.length > most ? [`and ${value.length - most} more`] : [])].join('; ');
  }
  const text = typeof value === 'string' && /^[\w.:/-]+$/.test(value) ? value : (JSON.stringify(value) ?? 'nothing');
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}
