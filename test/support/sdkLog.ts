import { createRequire } from 'node:module';
import type * as Logger from '@azure/logger';

/** The logger that the SDKs use, which is theirs and not ours. */
const logger: typeof Logger = createRequire(require.resolve('@azure/core-rest-pipeline'))('@azure/logger');

/** Lets the SDK say all that it says with AZURE_LOG_LEVEL=verbose, until somebody reads it by what is returned. Not for two at once. */
export function listenToSdk(): () => string {
  const lines: string[] = [];
  logger.setLogLevel('verbose');
  logger.AzureLogger.log = (...args) => lines.push(args.join(' '));
  return () => {
    logger.setLogLevel();
    return lines.join('\n');
  };
}
