import { didYouMean } from '../../helpers/nearest';
import { ScanError } from '../../helpers/scanError';

export const credentialNames = [
  'default',
  'azure-cli',
  'azure-developer-cli',
  'azure-pipelines',
  'azure-powershell',
  'device-code',
  'environment',
  'github-actions',
  'interactive-browser',
  'managed-identity',
  'workload-identity',
] as const;
export type CredentialName = (typeof credentialNames)[number];

/** The name, if there is such a credential. Throws a ScanError that names the nearest. */
export function credentialNamed(word: string): CredentialName {
  const name = credentialNames.find((each) => each === word);
  if (name) return name;
  const remedy = `It can be ${credentialNames.join(', ')}.`;
  throw new ScanError('bad-option', `No credential is called "${word}".`, didYouMean(word, credentialNames, remedy));
}
