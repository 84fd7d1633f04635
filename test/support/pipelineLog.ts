/** What a platform obeys: the name of a command, its properties, and its text, as the platform reads them. */
export interface Obeyed {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly text: string;
}

const unescaped = (text: string, escapes: readonly (readonly [string, string])[]) =>
  escapes.reduce((some, [from, to]) => some.replaceAll(from, to), text);

const lineBreaks = [
  ['%0D', '\r'],
  ['%0A', '\n'],
] as const;

function propertiesOf(text: string, separator: string, decode: (value: string) => string): Record<string, string> {
  const pairs = text.split(separator).flatMap((pair) => {
    const at = pair.indexOf('=');
    return at > 0 && at < pair.length - 1 ? [[pair.slice(0, at), decode(pair.slice(at + 1))] as const] : [];
  });
  return Object.fromEntries(pairs);
}

function nameAndRest(info: string): [name: string, rest: string] {
  const space = info.indexOf(' ');
  return space < 0 ? [info, ''] : [info.slice(0, space), info.slice(space + 1)];
}

/** By the rules of actions/runner, src/Runner.Common/ActionCommand.cs: `::name key=value,…::text`, else `##[name …]text` anywhere. */
function githubLine(line: string): Obeyed | undefined {
  const data = (text: string) => unescaped(text, [...lineBreaks, ['%25', '%']]);
  const property = (text: string) => unescaped(text, [...lineBreaks, ['%3A', ':'], ['%2C', ','], ['%25', '%']]);
  const trimmed = line.trimStart();
  const end = trimmed.startsWith('::') ? trimmed.indexOf('::', 2) : -1;
  if (end >= 0) {
    const [name, rest] = nameAndRest(trimmed.slice(2, end));
    return { name, properties: propertiesOf(rest.trim(), ',', property), text: data(trimmed.slice(end + 2)) };
  }
  return bracketed(line, '##[', data);
}

/** By the rules of azure-pipelines-agent, Command.cs: `##vso[name key=value;…]text` anywhere in a line. */
const azureLine = (line: string): Obeyed | undefined =>
  bracketed(line, '##vso[', (text) => unescaped(text, [['%3B', ';'], ...lineBreaks, ['%5D', ']'], ['%AZP25', '%']])) ??
  // What the agent only formats.
  bracketed(line, '##[', (text) => text);

function bracketed(line: string, prefix: string, decode: (text: string) => string): Obeyed | undefined {
  const start = line.toLowerCase().indexOf(prefix);
  const end = start < 0 ? -1 : line.indexOf(']', start);
  if (end < 0) return undefined;
  const [name, rest] = nameAndRest(line.slice(start + prefix.length, end));
  return { name, properties: propertiesOf(rest, ';', decode), text: decode(line.slice(end + 1)) };
}

/** Every command in a log. A line ends at what .NET takes for its end. */
export const obeyed = (log: string, platform: 'github' | 'azure'): Obeyed[] =>
  log.split(/\r\n|[\n\r\f\u0085\u2028\u2029]/).flatMap((line) => {
    const command = platform === 'github' ? githubLine(line) : azureLine(line);
    return command ? [command] : [];
  });
