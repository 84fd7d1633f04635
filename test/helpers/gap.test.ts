import assert from 'node:assert/strict';
import { it } from 'node:test';
import { CutShort } from '../../helpers/cutShort';
import { incompleteList } from '../../helpers/gap';

it('an incomplete list says why, what to do, and a code only if there is one', () => {
  const { remedy, ...gap } = incompleteList('It broke off.');
  assert.deepEqual(gap, { kind: 'incomplete-list', detail: 'The list is not whole: It broke off.' });
  assert.match(remedy, /^Scan again; /);
  assert.deepEqual(incompleteList('It broke off.', 'ECONNRESET'), { ...gap, remedy, code: 'ECONNRESET' });
});

it('a scan that was cut short says whether its time was up', () => {
  const shown = (['timeout', 'not-collected'] as const).map((kind) => String(new CutShort(kind)));
  assert.deepEqual(shown, ['CutShort: The time for the scan was up.', 'CutShort: The scan was stopped.']);
  assert.equal(new CutShort('timeout').kind, 'timeout');
});
