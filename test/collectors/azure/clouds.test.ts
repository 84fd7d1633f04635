import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkedCloud, cloudNamed, cloudNames, cloudOfEnvironment, clouds } from '../../../collectors';
import { isKnownAuthority } from '../../../collectors/azure/clouds';

describe('a cloud', () => {
  for (const name of cloudNames) {
    it(`${name} passes its own check, and is found by its authority`, () => {
      assert.equal(checkedCloud(clouds[name]).armEndpoint, clouds[name].armEndpoint);
      assert.equal(cloudNamed(` ${name.toUpperCase()} `), clouds[name]);
      assert.equal(cloudOfEnvironment(`${clouds[name].authorityHost}/`), clouds[name]);
      assert.ok(isKnownAuthority(clouds[name].authorityHost));
    });
  }

  const words = {
    AzureCloud: 'public',
    'Gov ': 'usgov',
    AzureUSGovernment: 'usgov',
    azureChinaCloud: 'china',
  } as const;
  for (const [word, name] of Object.entries(words)) {
    it(`${name} is called "${word}", too`, () => assert.equal(cloudNamed(word), clouds[name]));
  }
  for (const [word, remedy] of [
    ['pubic', /^Did you mean public\?$/],
    ['zzzzzzzz', /^It can be public, usgov, china; a private cloud is named by --arm-endpoint/],
    ['constructor', /^It can be/],
  ] as const) {
    it(`is not called "${word}"`, () => assert.throws(() => cloudNamed(word), { code: 'bad-option', remedy }));
  }

  it('in China is found by the newer name of its authority, too', () => {
    assert.equal(cloudOfEnvironment('https://login.partner.microsoftonline.cn'), clouds.china);
  });

  for (const word of ['https://login.example.org', 'nonsense', '', undefined]) {
    it(`of the authority ${word} is the public one, and leaves the authority to the environment`, () => {
      assert.deepEqual(cloudOfEnvironment(word), { armEndpoint: clouds.public.armEndpoint });
    });
  }

  it('of your own has itself as audience, and may end in a slash', () => {
    const own = checkedCloud({ armEndpoint: 'https://arm.example/', authorityHost: 'https://login.example/' });
    assert.deepEqual(own, {
      armEndpoint: 'https://arm.example',
      audience: 'https://arm.example',
      authorityHost: 'https://login.example',
    });
  });

  for (const endpoint of [
    'http://arm.example',
    'https://arm.example/path',
    'https://x@arm.example',
    'https://arm.example/?a',
    'arm.example',
  ]) {
    it(`has no endpoint like ${endpoint}`, () => {
      const code = 'bad-option';
      assert.throws(() => checkedCloud({ armEndpoint: endpoint }), { code, message: /ARM endpoint/ });
      const login = { armEndpoint: 'https://arm.example', authorityHost: endpoint };
      assert.throws(() => checkedCloud(login), { code, message: /authority host/ });
    });
  }

  for (const { audience = clouds.public.armEndpoint } of Object.values(clouds)) {
    it(`of your own gets no token for ${audience}`, () => {
      assert.throws(() => checkedCloud({ armEndpoint: 'https://arm.example', audience }), { code: 'bad-option' });
    });
  }

  it('of your own may name itself as audience', () => {
    const own = { armEndpoint: 'https://arm.example', audience: 'https://arm.example' };
    assert.deepEqual(checkedCloud(own), own);
  });
});
