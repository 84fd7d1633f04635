import { type AzCommand, azCommands } from '../helpers/azCommand';
import { printable } from '../helpers/printable';
import { scriptQuote } from '../helpers/shell';
import { wrapped } from './layout';
import { place, type SubscriptionNames } from './place';
import type { Repair } from './repairs';

/** What a script says of itself. */
export interface ScriptNames {
  /** The file in which the changes stand, without its folder; and the one that takes them back. */
  readonly fix: string;
  readonly undo: string;
}

/** Lines that a shell passes over, whatever is in the text; shellcheck, too, which takes orders from a line that begins with its name. */
export const comment = (text: string, mark = ''): string =>
  wrapped(printable(text), 98 - mark.length)
    .split('\n')
    .map((line, i) =>
      `# ${i === 0 ? mark : ' '.repeat(mark.length)}${line.replace(/^(?=\s*shellcheck)/i, '- ')}`.trimEnd(),
    )
    .join('\n');

/** A comment with points. */
export const list = (heading: string, points: readonly string[]): string =>
  [comment(heading), ...points.map((point) => comment(point, '- '))].join('\n');

/** Git Bash would make paths of Windows of what begins with a slash. */
const start = (done: string) => `set -eu
export MSYS_NO_PATHCONV=1 # for Git Bash: a resource id is no path

at='' # the setting that has its turn
trap '[ -z "$at" ] || printf "Stopped at %s: nothing after it is ${done}.\\n" "$at" >&2' EXIT`;

/** How a script ends: it has not stopped anywhere. */
export const ending = (last: string): string => `at=''\n${last}`;

/** By this a script compares. Azure may answer in another case than it was told, and az on Windows ends a line in its own way. */
const spelled = `# Small letters, and no space: Azure does not always spell a value as it was given.
spelled() {
  printf '%s' "$1" | LC_ALL=C tr '[:upper:]' '[:lower:]' | LC_ALL=C tr -d '[:space:][:cntrl:]'
}`;

/** A service of CI obeys what stands on a line of its log. */
const harmless = `# What somebody else wrote, as it may stand on a terminal and in a log.
harmless() {
  printf '%s' "$1" | LC_ALL=C tr -cd '[:alnum:]._-'
}`;

/** What differs in the two scripts. */
export interface Due {
  /** `to`, or `back to`. */
  readonly to: string;
  /** `changed`, or `taken back`. */
  readonly done: string;
  /** Lines for a value that is neither the one nor the other. */
  readonly otherwise: string;
}

/**
 * How a script begins to act. `due` is asked by an `if`, in which no failure ends the script; and what fails in it must not
 * be taken for "not due".
 */
export const beginning = ({ to, done, otherwise }: Due): string => `${start(done)}

${spelled}

${harmless}

# due NOW OLD NEW: whether to change it from OLD to NEW.
due() {
  is=$(spelled "$1")
  old=$(spelled "$2")
  new=$(spelled "$3")
  if [ -z "$old" ] || [ -z "$new" ]; then
    printf '%s\\n' 'tr, which this script needs, does not work here.' >&2
    exit 2
  fi
  case $is in
    "$new")
      printf '%s is %s already.\\n' "$at" "$3" || exit 2
      return 1
      ;;
    "$old") printf '%s: from %s ${to} %s\\n' "$at" "$2" "$3" || exit 2 ;;
    *)
${otherwise}
      ;;
  esac
}`;

/** Sets it to one value, if it has another one: `due`, of the script, looks. */
export function change({ result: { resource }, plugin }: Repair, from: string, to: string): string {
  const { show, set } = azCommands(plugin.fix.set, plugin.kind, resource);
  const command = ({ words, options }: AzCommand, ...more: AzCommand['options']) =>
    [words, ...[{ subscription: resource.subscriptionId ?? '' }, ...options, ...more].map(written)].join(' \\\n  ');
  const what = scriptQuote(`${resource.name}: ${plugin.fix.set}`);
  return `at=${what}
now=$(${command(show)})
if due "$now" ${scriptQuote(from)} ${scriptQuote(to)}; then
  ${command(set(to), { output: 'none' }).replaceAll('\n', '\n  ')}
fi`;
}

/** An option and its value are one word: a value may begin with a dash. */
const written = (line: Readonly<Record<string, string>>): string =>
  Object.entries(line)
    .map(([name, value]) => `--${name}=${scriptQuote(value)}`)
    .join(' ');

/** Which server it is, for people. */
export function serverLine({ result: { resource } }: Repair, names: SubscriptionNames): string {
  const where = place(resource, names).filter((part) => part !== '');
  return comment(`${resource.name} (${where.join(', ')})`, '── ');
}
