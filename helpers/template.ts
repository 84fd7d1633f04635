/** Fills `{name}` from the values; a name without a value stays as it is. Names of parameters may have dots: `{pgaudit.log}`. */
export const fillTemplate = (template: string, values: Readonly<Record<string, unknown>>): string =>
  template.replace(/\{([\w.]+)\}/g, (placeholder, name: string) =>
    Object.hasOwn(values, name) ? shown(values[name]) : placeholder,
  );

/** A value in a sentence: a plain word as it is, anything else as JSON, nothing longer than a line. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' && /^[\w.:/-]+$/.test(value) ? value : (JSON.stringify(value) ?? 'nothing');
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}
