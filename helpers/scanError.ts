/** Why a scan could not be made at all. */
export type ScanErrorCode =
  | 'sign-in-failed'
  | 'cut-short'
  | 'subscriptions-unavailable'
  | 'no-subscription'
  | 'management-group-unavailable'
  | 'unknown-subscription'
  | 'ambiguous-subscription'
  | 'unknown-plugin'
  | 'bad-plugin'
  | 'bad-setting'
  | 'bad-option'
  | 'missing-variable'
  | 'bad-report'
  | 'stale-suppression'
  | 'bad-file'
  | 'unreadable-input'
  | 'unwritable-output';

/** The tool could not do its work: exit code 2. `message` says what is wrong and where, `remedy` what to do. */
export class ScanError extends Error {
  override readonly name = 'ScanError';

  constructor(
    readonly code: ScanErrorCode,
    message: string,
    readonly remedy: string,
  ) {
    super(message);
  }
}
