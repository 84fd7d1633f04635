import { inspect } from 'node:util';
import { ScanError } from '../../helpers/scanError';
import { leakIn } from '../support/secrets';
import { badManners } from './manners';
import type { Outcome } from './scan';
import { falseVerdicts } from './verdicts';

/** What must never be, of what came of a schedule; each a sentence. */
export const violationsOf = (outcome: Outcome): string[] => [
  ...falseVerdicts(outcome),
  ...badManners(outcome),
  ...toldSecrets(outcome),
];

function toldSecrets({ report, log, collections }: Outcome): string[] {
  const outputs = {
    report: report instanceof ScanError ? inspect(report, { depth: 9 }) : JSON.stringify(report),
    log: log.join('\n'),
    collection: collections.join('\n'),
  };
  return Object.entries(outputs).flatMap(([where, text]) => {
    const leak = leakIn(text);
    return leak === undefined ? [] : [`A secret stands in the ${where}: ${JSON.stringify(leak)}.`];
  });
}
