import assert from 'node:assert/strict';
import { it } from 'node:test';
import { encryptionInTransit, frameworkNames, own, published } from '../../helpers/compliance';

it('makes one control of each number, and marks which mapping is ours', () => {
  const nist = { framework: 'nist', edition: 'rev. 5' };
  assert.deepEqual(published('nist', 'rev. 5', 'SC-8', 'SC-8(1)'), [
    { ...nist, control: 'SC-8', own: false },
    { ...nist, control: 'SC-8(1)', own: false },
  ]);
  assert.deepEqual(own('nist', 'rev. 5', 'SC-8'), [{ ...nist, control: 'SC-8', own: true }]);
});

it('encryption in transit bears on the same controls, whoever maps it', () => {
  const asOurs = encryptionInTransit(published).map((control) => ({ ...control, own: true }));
  assert.ok(asOurs.length > 0);
  assert.deepEqual(encryptionInTransit(own), asOurs);
});

it('calls each framework as its publisher does', () => {
  const names = [
    'CIS',
    'CIS Controls',
    'Microsoft cloud security benchmark',
    'NIST',
    'PCI',
    'ISO/IEC',
    'SOC 2',
    'HIPAA',
  ];
  assert.deepEqual(Object.values(frameworkNames), names);
});
