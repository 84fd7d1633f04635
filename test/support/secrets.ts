import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isNamedBy } from '../../cli/words';
import { secretWord } from '../../emulator';

export { secretWord };

/** A secret that a test gives: no output of a program that knows it may have it, in whatever form. */
export const secret = (name: string): string => `${name}-${secretWord}`;

/** The same in the form of a token. */
export const secretToken = (name: string): string => `eyJhbGciOiJub25lIn0.${secret(name)}.x`;

/** What Azure Resource Manager is shown, where a test signs nobody in. */
export const accessToken = secret('open');

const bytes = Buffer.from(secretWord);

/** Of the word wherever it begins among the three bytes that four characters stand for, without what its neighbours share. */
const inBase64 = [0, 1, 2].map((before) => {
  const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64url');
  return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
});

/** Letters look the same in JSON and in a URL. A name or a value of a header may be in other case. */
const plain = new RegExp(
  [secretWord, bytes.toString('hex'), (bytes.toString('hex').match(/../g) ?? []).join(' ')].join('|'),
  'i',
);
/** What has no such word: the key of a certificate, and tokens that are signed with it. */
const others = /-----BEGIN [A-Z ]*PRIVATE KEY|eyJ[\w-]{8,}\.eyJ/;

/** What looks like a secret in it, with what stands around it; undefined if nothing does. */
export function leakIn(output: string | Uint8Array): string | undefined {
  const text = typeof output === 'string' ? output : Buffer.from(output).toString('latin1');
  for (const form of [plain, new RegExp(inBase64.join('|')), others]) {
    const { index } = form.exec(text) ?? {};
    if (index !== undefined) return text.slice(Math.max(0, index - 60), index + 60);
  }
  return undefined;
}

/** The files that options name, with a placeholder or without, and that are there. */
function filesIn(argv: readonly string[]): string[] {
  const words = argv.flatMap((word) => word.split(/(?<=^--\w+)=/));
  return words
    .filter((_, i) => /^--(json|collection)$/.test(words[i - 1] ?? ''))
    .flatMap((pattern) => {
      const folder = dirname(pattern);
      const names = statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(folder) : [];
      return names.map((name) => join(folder, name)).filter((path) => isNamedBy(pattern, path));
    })
    .filter((path) => existsSync(path) && statSync(path).isFile());
}

/** Fails if a secret stands in the text. */
export function assertNoSecret(where: string, text: string | Uint8Array): void {
  const leak = leakIn(text);
  if (leak !== undefined) assert.fail(`a secret stands in ${where}: ${JSON.stringify(leak)}`);
}

/** Fails if a run of the program has told a secret: on stdout, on stderr, in a file. */
export function assertNoneTold(
  argv: readonly string[],
  { stdout, stderr }: { readonly stdout: string | Uint8Array; readonly stderr: string | Uint8Array },
): void {
  const files = filesIn(argv).map((path) => [path, readFileSync(path)] as const);
  for (const [where, output] of [['stdout', stdout] as const, ['stderr', stderr] as const, ...files]) {
    assertNoSecret(where, output);
  }
}
