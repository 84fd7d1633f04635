/** What was thrown, or given for an error, in a line. It may be anything, even what cannot be made a text. */
export function thrown(error: unknown): string {
  try {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const [line = ''] = text.split('\n');
    return line.length > 300 ? `${line.slice(0, 299)}…` : line;
  } catch {
    return 'something that cannot be shown';
  }
}
