import type { Need, Parameter } from '../types';
import { parseTlsVersion, type TlsVersion } from './tls';

/** How to read one value: what it should look like, and what it means. */
export type Reader<T> = Omit<Need<T>, 'optional'> & { readonly optional: false };

function reader<T>(expects: string, read: (text: string) => T | undefined): Reader<T> {
  return {
    expects,
    optional: false,
    spelled: (fact) => fact,
    read: (fact) => (typeof fact === 'string' ? read(fact.trim()) : undefined),
  };
}

/** One of a few words, whatever the case. */
export function oneOf<W extends string>(...words: readonly W[]): Reader<W> {
  return reader(words.join(' or '), (text) => words.find((word) => word.toLowerCase() === text.toLowerCase()));
}

const truths = new Map([
  ...['on', 'true', '1', 'yes'].map((word) => [word, true] as const),
  ...['off', 'false', '0', 'no'].map((word) => [word, false] as const),
]);

/** A boolean in exactly eight words: on, true, 1, yes; off, false, 0, no. JSON's own true, false, 1 and 0 count as such. */
export const boolean: Reader<boolean> = {
  expects: 'on or off',
  optional: false,
  spelled: (fact) => fact,
  read: (fact) => (typeof fact === 'object' ? undefined : truths.get(String(fact).trim().toLowerCase())),
};

/** Any text but an empty one. */
export const text: Reader<string> = reader('a text', (value) => value || undefined);

/** A whole number, as JSON has it. */
export const wholeNumber: Reader<number> = {
  expects: 'a whole number',
  optional: false,
  spelled: (fact) => fact,
  read: (fact) => (Number.isInteger(fact) ? (fact as number) : undefined),
};

/** The value in `name = value`, as the collector of endpoints notes what Azure was told to do. */
export function assigned<T>(value: Reader<T>): Reader<T> {
  return reader(`name = ${value.expects}`, (line) => value.read(/^\S+ = (\S+)$/.exec(line)?.[1] ?? ''));
}

/** A TLS version. */
export const tlsVersion: Reader<TlsVersion> = reader('a TLS version such as TLSv1.2 or TLS1_2', parseTlsVersion);

/** A bound that need not be there: PostgreSQL has an empty text for that. */
export function unlimited<T>(bound: Reader<T>): Reader<T | 'unlimited'> {
  return {
    ...bound,
    expects: `${bound.expects}, or empty`,
    read: (fact) => (fact === '' ? 'unlimited' : bound.read(fact)),
  };
}

/** What the first reader can read, else what the second can. */
export function either<A, B>(first: Reader<A>, second: Reader<B>): Reader<A | B> {
  return {
    ...first,
    expects: `${first.expects} or ${second.expects}`,
    read: (fact) => first.read(fact) ?? second.read(fact),
  };
}

/**
 * A server parameter: its value, read, and whether it waits for a restart. Old answers do not say, and then it does not;
 * anything but a readable no counts as waiting, for a PASS is a proof.
 */
export function parameter<T>(
  value: Reader<T>,
): Reader<{ readonly value: T; readonly isConfigPendingRestart: boolean }> {
  return {
    expects: value.expects,
    optional: false,
    spelled: (fact) => (fact as Parameter | null)?.value,
    read: (fact) => {
      const { value: given = null, isConfigPendingRestart: pending = null } = (fact ?? {}) as Partial<Parameter>;
      const found = value.read(given);
      return found === undefined
        ? undefined
        : { value: found, isConfigPendingRestart: boolean.read(pending ?? false) ?? true };
    },
  };
}

/**
 * For a fact without which others may be proof enough: what could not be had is undefined. Where they are not, `evaluate` returns
 * the name of this need, and the verdict is UNKNOWN, for the reason for which it is not known.
 */
export function ifKnown<T>(
  need: Reader<T>,
): Need<T | undefined> & { readonly ifKnown: true; readonly optional: false } {
  return { ...need, ifKnown: true };
}

/** For a fact that proves nothing, but has a word in the message or in the evidence: whatever keeps it from being known, it is undefined. */
export function besides<T>(need: Reader<T>): Need<T | undefined> & { readonly ifKnown: true; readonly optional: true } {
  return { ...need, ifKnown: true, optional: true };
}

/** For a fact that only shades the verdict: absent or unreadable, the plugin sees undefined. A failed read is UNKNOWN all the same. */
export function optional<T>(need: Reader<T>): Need<T | undefined> & { readonly optional: true } {
  return { ...need, optional: true };
}
