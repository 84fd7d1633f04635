import { readText } from './textFile';
import type { Value } from './yamlValue';

// Few scans have such a file: the parser is loaded then.
const loadValue = () => require('./yamlValue') as typeof import('./yamlValue');

/** Written by hand it is a tenth of that; and the parser takes 500 times the length of a file that is made to hurt. */
const limits = { longest: 1_000_000, remedy: 'Name the file that you have written, or split it up.' };

/**
 * What a file of YAML or JSON (which is YAML, too) holds, with the place of each part. Throws a ScanError: `unreadable-input`,
 * or `bad-file`, which tells each mistake with its line and column.
 */
export async function readYaml(path: string): Promise<Value> {
  return loadValue().parse(path, await readText(path, limits));
}
