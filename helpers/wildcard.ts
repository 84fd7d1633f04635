/** Whether a text is the pattern, in which `*` stands for any characters, or none; compared without case. Takes no longer than the text is long. */
export function wildcard(pattern: string): (text: string) => boolean {
  const [first = '', ...others] = pattern.toLowerCase().split('*');
  const last = others.pop();
  if (last === undefined) return (text) => text.toLowerCase() === first;
  return (text) => {
    const given = text.toLowerCase();
    const end = given.length - last.length;
    if (!given.startsWith(first) || !given.endsWith(last)) return false;
    let from = first.length;
    for (const part of others) {
      const at = given.indexOf(part, from);
      if (at < 0) return false;
      from = at + part.length;
    }
    return from <= end;
  };
}
