/** The reason with which a scan's signal is aborted: its time is up, or somebody stopped it. */
export class CutShort extends Error {
  override readonly name = 'CutShort';

  constructor(readonly kind: 'timeout' | 'not-collected') {
    super(kind === 'timeout' ? 'The time for the scan was up.' : 'The scan was stopped.');
  }
}
