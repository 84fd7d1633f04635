import type { Json } from '../types';
import { type HbaVerdict, hbaRules, lineInWords, linesWithoutEncryption } from './hostBasedAuthentication';
import type { Reader } from './need';

/**
 * The rows of pg_hba_file_rules, and which of them let somebody in without encryption. What they are known by is those lines, or all,
 * if there are none. A line of which nobody can say it makes the file unreadable, unless another is proof enough.
 */
export const hbaLines: Reader<HbaVerdict> = {
  expects:
    'lines of which each can be judged without knowing who is a member of which role, and which host has which address',
  optional: false,
  spelled: (fact) => inWords(fact),
  read(fact) {
    const verdict = verdictOf(fact);
    return verdict && (verdict.open.length > 0 || verdict.undecided.length === 0) ? verdict : undefined;
  },
};

const verdictOf = (fact: Json): HbaVerdict | undefined => {
  const rules = hbaRules(fact);
  return rules && linesWithoutEncryption(rules);
};

function inWords(fact: Json): Json {
  const rules = hbaRules(fact);
  if (!rules) return fact;
  const { open, undecided } = linesWithoutEncryption(rules);
  const found = open.length > 0 ? open.map(({ rule }) => rule) : undecided.length > 0 ? undecided : rules;
  return found.map((rule) => lineInWords(rule, rules[0]));
}
