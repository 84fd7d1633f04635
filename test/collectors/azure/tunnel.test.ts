import assert from 'node:assert/strict';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createPipelineRequest } from '@azure/core-rest-pipeline';
import { checkedProxy, createWire } from '../../../collectors';
import type { ArmError } from '../../../collectors/azure/gap';
import { TunnelAgent } from '../../../collectors/azure/tunnel';
import { type Certificate, loopbackCertificate } from '../../support/certificate';
import { startEmulator } from '../../support/emulator';
import { fruit } from '../../support/orchard';
import { type ProxyOptions, type StartedProxy, startProxy } from '../../support/proxy';

describe('a proxy', () => {
  let certificate: Certificate;
  before(async () => {
    certificate = await loopbackCertificate();
  });

  /** The statuses of what is answered behind the proxy. */
  async function askThrough({ url }: Pick<StartedProxy, 'url'>, target: string, times = 1) {
    const wire = createWire({ maxSockets: 1, ca: certificate.cert, proxyFor: () => url });
    const statuses: number[] = [];
    try {
      while (statuses.length < times) {
        statuses.push((await wire.sendRequest(createPipelineRequest({ url: `${target}/x` }))).status);
      }
      return statuses;
    } finally {
      wire.close();
    }
  }

  for (const secure of [false, true]) {
    it(`${secure ? 'that speaks TLS ' : ''}leads to the host, by one tunnel for one request after another`, async () => {
      const { endpoint } = await startEmulator(fruit);
      const proxy = await startProxy(secure ? { certificate } : {});
      assert.deepEqual(await askThrough(proxy, endpoint, 2), [401, 401]);
      assert.deepEqual([proxy.tunnels, proxy.authorizations], [[new URL(endpoint).host], [undefined]]);
    });
  }

  it('that speaks TLS has to be vouched for, also under NODE_TLS_REJECT_UNAUTHORIZED=0', async (t) => {
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    t.after(() => delete process.env.NODE_TLS_REJECT_UNAUTHORIZED);
    const { url } = await startProxy({ certificate });
    const wire = createWire({ maxSockets: 1, proxyFor: () => url });
    await assert.rejects(wire.sendRequest(createPipelineRequest({ url: 'https://localhost/x' })), {
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
    wire.close();
  });

  /** An answer to each request after 20 ms, at a host that notes how many it is giving at once. */
  async function startHost() {
    const inFlight = { now: 0, most: 0 };
    const server = createServer(certificate, (_, response) => {
      inFlight.most = Math.max(inFlight.most, ++inFlight.now);
      setTimeout(() => {
        inFlight.now--;
        response.end('{}');
      }, 20);
    });
    after(() => {
      server.close();
      server.closeAllConnections();
    });
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    return { url: `https://localhost:${(server.address() as AddressInfo).port}/x`, inFlight };
  }

  /** Fifty requests at once, over four connections: how many were answered, and how each of the others ended. */
  async function fiftyThrough({ url: proxy }: StartedProxy, url: string) {
    const wire = createWire({ maxSockets: 4, ca: certificate.cert, proxyFor: () => proxy });
    const request = () => wire.sendRequest(createPipelineRequest({ url }));
    const ends = await Promise.allSettled(Array.from({ length: 50 }, request));
    wire.close();
    const errors = ends.flatMap((end) => (end.status === 'rejected' ? (end.reason as ArmError).code : []));
    return { answered: ends.length - errors.length, errors };
  }

  for (const takes of [0, 50]) {
    it(`that opens a tunnel in ${takes} ms opens four for fifty requests, four of which are made at a time`, async () => {
      const { url, inFlight } = await startHost();
      const proxy = await startProxy({ takes });
      assert.deepEqual(await fiftyThrough(proxy, url), { answered: 50, errors: [] });
      assert.deepEqual([proxy.tunnels.length, inFlight.most], [4, 4]);
    });
  }

  it('that refuses at first keeps none waiting who comes after', async () => {
    const { url, inFlight } = await startHost();
    const proxy = await startProxy({ refuses: 503, refusals: 6, takes: 10 });
    const errors = Array(6).fill('ProxyRefused');
    assert.deepEqual(await fiftyThrough(proxy, url), { answered: 44, errors });
    assert.deepEqual([proxy.tunnels.length, inFlight.most], [10, 4]);
  });

  it('that refuses ends all that wait', async () => {
    const proxy = await startProxy({ refuses: 403 });
    const { answered } = await fiftyThrough(proxy, 'https://arm.invalid/');
    assert.deepEqual([answered, proxy.tunnels.length], [0, 50]);
  });

  it('leads on who waits, whoever leaves while a tunnel is being opened', async () => {
    const { url } = await startHost();
    const proxy = await startProxy({ takes: 50 });
    const wire = createWire({ maxSockets: 1, ca: certificate.cert, proxyFor: () => proxy.url });
    const ask = (abortSignal: AbortSignal) => wire.sendRequest(createPipelineRequest({ url, abortSignal }));
    const [leave, stay] = [new AbortController(), new AbortController()];
    const [left, alsoLeft, stayed] = [ask(leave.signal), ask(leave.signal), ask(stay.signal)];
    leave.abort();
    await assert.rejects(left, { kind: 'network' });
    await assert.rejects(alsoLeft, { kind: 'network' });
    assert.equal((await stayed).status, 200);
    assert.equal(proxy.tunnels.length, 1);
    wire.close();
  });

  it('opens nothing any more once the scan has ended', async () => {
    const proxy = await startProxy({ refuses: 'silence' });
    const wire = createWire({ maxSockets: 1, ca: certificate.cert, proxyFor: () => proxy.url });
    const ask = () => wire.sendRequest(createPipelineRequest({ url: 'https://arm.invalid/' }));
    const asked = [ask(), ask(), ask()].map((each) => assert.rejects(each, { kind: 'network' }));
    while (proxy.tunnels.length === 0) await sleep(5);
    wire.close();
    await Promise.all(asked);
    assert.equal(proxy.tunnels.length, 1);
  });

  it('is told the name and the password that its URL holds', async () => {
    const { endpoint } = await startEmulator(fruit);
    const proxy = await startProxy();
    const url = proxy.url.replace('//', '//n%40me:p%3Ass@');
    await askThrough({ url }, endpoint);
    assert.deepEqual(proxy.authorizations, [`Basic ${btoa('n@me:p:ss')}`]);
  });

  it('is asked for an IPv6 address in brackets, and for 443 where no port is named', async () => {
    const { endpoint } = await startEmulator(fruit);
    const proxy = await startProxy({ leadsTo: endpoint });
    // Node 22.23 takes no certificate for an IPv6 address: what is asked for is seen before that.
    await askThrough(proxy, 'https://[::1]').catch(() => undefined);
    assert.deepEqual(proxy.tunnels, ['[::1]:443']);
  });

  const refusing: readonly [options: ProxyOptions, code: string, transient: boolean][] = [
    [{ refuses: 407 }, 'ProxyAuthenticationRequired', false],
    [{ refuses: 403 }, 'ProxyRefused', false],
    [{ refuses: 503 }, 'ProxyRefused', true],
  ];
  for (const [options, code, transient] of refusing) {
    it(`that answers ${options.refuses} is named, and ${transient ? 'tried again' : 'not tried again'}`, async () => {
      const proxy = await startProxy(options);
      await assert.rejects(askThrough(proxy, 'https://arm.invalid'), (error: ArmError) => {
        assert.deepEqual([error.kind, error.code, error.transient], ['network', code, transient]);
        assert.equal(error.message, `The proxy ${new URL(proxy.url).host} answered ${options.refuses}.`);
        return true;
      });
    });
  }

  it('at which nobody listens is named', async () => {
    await assert.rejects(askThrough({ url: 'http://localhost:1' }, 'https://arm.invalid'), {
      code: 'ECONNREFUSED',
      message: /localhost:1/,
    });
  });

  it('that answers nothing is named once its patience ends', async (t) => {
    const { url } = await startProxy({ refuses: 'silence' });
    const agent = new TunnelAgent(new URL(url), {}, 20);
    t.after(() => agent.destroy());
    const failed = new Promise((resolve, reject) => {
      request('https://arm.invalid/', { agent }).on('error', reject).end();
      setTimeout(resolve, 5_000, 'nobody was named').unref();
    });
    await assert.rejects(failed, { kind: 'network', message: `The proxy ${new URL(url).host} is silent.` });
  });

  it('that is silent keeps nobody who leaves', async () => {
    const { url } = await startProxy({ refuses: 'silence' });
    const wire = createWire({ maxSockets: 1, ca: certificate.cert, proxyFor: () => url });
    const leave = new AbortController();
    const request = createPipelineRequest({ url: 'https://arm.invalid/', abortSignal: leave.signal });
    const asked = wire.sendRequest(request);
    leave.abort();
    await assert.rejects(asked, { kind: 'network' });
    wire.close();
  });

  for (const url of ['proxy.example:3128', 'socks5://proxy.example', 'http://%:x@proxy.example', '']) {
    it(`cannot be "${url}"`, () => assert.throws(() => checkedProxy(url), { code: 'bad-option' }));
  }

  it('is not shown with its password', () => {
    assert.throws(() => checkedProxy('ftp://name:word@proxy.example'), { message: /"ftp:\/\/…@proxy\.example"/ });
  });
});
