import assert from 'node:assert/strict';
import { it } from 'node:test';
import { fail, pass, warn } from '../../helpers/plugin';

it('a message has its status, its text, and words for its needs only if it is given them', () => {
  const said = [pass, warn, fail].map((say) => say('Ripe.'));
  assert.deepEqual(
    said,
    ['PASS', 'WARN', 'FAIL'].map((status) => ({ status, text: 'Ripe.' })),
  );
  assert.deepEqual(pass('{ripe}.', { ripe: 'red' }), { status: 'PASS', text: '{ripe}.', when: { ripe: 'red' } });
});
