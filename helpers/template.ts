/** Fills `{name}`; a name without a word stays as it is. Names of parameters may have dots: `{pgaudit.log}`. */
export const fillWords = (template: string, wordFor: (name: string) => string | undefined): string =>
  template.replace(/\{([\w.]+)\}/g, (placeholder, name: string) => wordFor(name) ?? placeholder);

/** Fills `{name}` from the values, as they are shown in a sentence. */
export const fillTemplate = (template: string, values: Readonly<Record<string, unknown>>): string =>
  fillWords(template, (name) => (Object.hasOwn(values, name) ? shown(values[name]) : undefined));

/** A value in a sentence: a plain word as it is, anything else as JSON, nothing longer than a line. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' && /^[\w.:/-]+$/.test(value) ? value : (JSON.stringify(value) ?? 'nothing');
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}
