import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import type { Io, Output } from '../../cli/io';
import { Pace, type ProgressMode, progressLine, progressMode, showProgress } from '../../cli/progress';
import type { Progress } from '../../types';

const progress = (more: Partial<Progress> = {}): Progress => ({
  phase: 'servers',
  subscriptions: { done: 3, total: 12 },
  servers: 48,
  summary: { PASS: 90, WARN: 0, FAIL: 2, UNKNOWN: 1 },
  requests: { done: 70, ahead: 100 },
  waitingFor: null,
  ...more,
});

/** Ten answers a second, for seven seconds. */
const steady = () => {
  const pace = new Pace();
  for (let done = 0; done <= 70; done += 5) pace.note(done * 100, done);
  return pace;
};
const line = (more: Partial<Progress> = {}, width = 200, startedAt = 0) =>
  progressLine(progress(more), { now: 7_000, startedAt, pace: steady(), width });

describe('the line of progress', () => {
  for (const [name, more, expected] of [
    ['in the middle', {}, '3 of 12 subscriptions, 48 servers, 2 FAIL, 1 UNKNOWN, 10 answers/s, about 10 s left'],
    ['without a problem', { summary: { PASS: 1, WARN: 0, FAIL: 0, UNKNOWN: 0 } }, /48 servers, no problem so far, /],
    ['probing', { phase: 'endpoints', requests: { done: 2, ahead: 3 } }, 'Probing: 2 of 5, 2 FAIL, 1 UNKNOWN, 7 s'],
    ['auditing', { phase: 'databases', requests: { done: 0, ahead: 1 } }, 'Auditing: 0 of 1, 2 FAIL, 1 UNKNOWN, 7 s'],
    ['with one server', { servers: 1 }, /, 1 server, /],
    ['near the end', { requests: { done: 70, ahead: 3 } }, /a few seconds left$/],
    ['with nothing known to come', { requests: { done: 70, ahead: 0 } }, /10 answers\/s$/],
    ['with minutes to go', { requests: { done: 70, ahead: 1500 } }, /about 3 min left$/],
    ['with hours to go', { requests: { done: 70, ahead: 100_000 } }, /about 3 h left$/],
    ['waiting for the last', { waitingFor: { name: 'Legacy', until: null } }, /left, waiting for Legacy$/],
    [
      'throttled, which takes its time',
      { waitingFor: { name: 'Legacy', until: 37_000 } },
      /about 40 s left, throttled for 30 s: Legacy$/,
    ],
    [
      'with a name that would break the line',
      { waitingFor: { name: 'a\n::error::b\u001b[2J and so on and on and on', until: null } },
      /waiting for a\\u\{a\}: :error: :b\\u\{1b\}\[2J and so on an…$/,
    ],
    ['while more of them are listed', { subscriptions: { done: 3, total: null } }, /^3 of many subscriptions, /],
    ['while signing in', { phase: 'sign-in' }, 'Signing in to Azure, 7 s'],
    ['while listing', { phase: 'subscriptions' }, 'Listing the subscriptions, 7 s'],
  ] as const satisfies readonly (readonly [string, Partial<Progress>, string | RegExp])[]) {
    it(`says where it is, ${name}`, () => {
      if (typeof expected === 'string') assert.equal(line(more), expected);
      else assert.match(line(more), expected);
    });
  }

  it('promises no time left in the first seconds, nor after the first answers', () => {
    assert.doesNotMatch(line({}, 200, 5_000), /left/);
    assert.doesNotMatch(line({ requests: { done: 19, ahead: 100 } }), /left/);
  });

  it('leaves out what matters least until it fits', () => {
    const waitingFor = { name: 'Legacy', until: null };
    const fitting = [80, 60, 50, 40, 25, 10].map((width) => line({ waitingFor }, width));
    assert.deepEqual(fitting, [
      '3 of 12 subscriptions, 48 servers, 2 FAIL, 1 UNKNOWN, about 10 s left',
      '3 of 12 subscriptions, 48 servers, 2 FAIL, 1 UNKNOWN',
      '3 of 12 subscriptions, 2 FAIL, 1 UNKNOWN',
      '3 of 12 subscriptions, 2 FAIL, 1 UNKNOWN',
      '3 of 12 subscriptions',
      '3 of 12 subscriptions',
    ]);
  });
});

describe('the pace', () => {
  it('is that of the last seconds, not the average', () => {
    const pace = new Pace();
    for (let second = 0; second < 60; second++) pace.note(second * 1000, second);
    for (let second = 60; second < 70; second++) pace.note(second * 1000, 60 + (second - 60) * 100);
    assert.ok(pace.perSecond(69_000, 960) > 90);
  });

  it('falls when nothing comes', () => {
    const pace = new Pace();
    for (let second = 0; second < 10; second++) pace.note(second * 1000, second * 10);
    assert.ok(pace.perSecond(60_000, 90) < 2);
  });
});

describe('progress is shown', () => {
  const asked = { quiet: false, verbose: false };
  const rows: readonly [mode: ProgressMode, isTTY: boolean, request?: Partial<typeof asked>, env?: Io['env']][] = [
    ['live', true],
    ['live', true, { verbose: true }],
    ['none', true, { quiet: true }],
    ['none', true, {}, { TERM: 'dumb' }],
    ['lines', true, { verbose: true }, { TERM: 'dumb' }],
    ['none', true, {}, { CI: 'true' }],
    ['none', false],
    ['lines', false, { verbose: true }],
    ['none', false, { quiet: true }],
  ];
  for (const [mode, isTTY, request = {}, env = {}] of rows) {
    const where = `${isTTY ? 'on a terminal' : 'in a pipe'} ${JSON.stringify({ ...request, ...env })}`;
    it(`as ${mode} ${where}`, () => {
      const stderr: Output = { isTTY, columns: 80, write: async () => undefined };
      assert.equal(progressMode({ ...asked, ...request }, { stderr, env }), mode);
    });
  }
});

describe('the display of progress', () => {
  const shown = async (mode: 'live' | 'lines' | 'none', milliseconds: number, columns = 80) => {
    const written: string[] = [];
    const stderr: Output = {
      isTTY: mode === 'live',
      columns,
      write: async (text) => {
        written.push(text);
      },
    };
    const display = showProgress(stderr, mode);
    display.update(progress());
    display.say('before');
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    display.say('after');
    display.end();
    return written;
  };

  it('on a terminal is one line, drawn only when it changes, and taken away', async () => {
    const written = await shown('live', 900);
    const drawn = written.filter((text) => text.includes('3 of 12 subscriptions'));
    assert.equal(drawn.length, 1, written.join('|'));
    const screen = written.join('');
    assert.ok(screen.endsWith('after\n'), JSON.stringify(screen.slice(-60)));
    assert.match(screen.slice(screen.indexOf('3 of 12'), screen.indexOf('after')), /\[2K/, 'it is not taken away');
    assert.doesNotMatch(screen, /\[\?25l/, 'the cursor is hidden');
  });

  it('on a terminal that does not know its width is one line, too', async () => {
    const written = await shown('live', 400, 0);
    assert.ok(
      written.some((text) => text.includes('3 of 12 subscriptions, 48 servers')),
      written.join('|'),
    );
  });

  it('in a log is a line now and then, and nothing to be taken away', () => {
    mock.timers.enable({ apis: ['setInterval', 'Date'] });
    const written: string[] = [];
    const stderr: Output = {
      isTTY: false,
      columns: undefined,
      write: async (text) => {
        written.push(text);
      },
    };
    const display = showProgress(stderr, 'lines');
    display.update(progress());
    mock.timers.tick(9_999);
    assert.deepEqual(written, []);
    mock.timers.tick(20_001);
    display.end();
    mock.timers.tick(60_000);
    mock.timers.reset();
    assert.equal(written.length, 3);
    for (const line of written) assert.match(line, /^3 of 12 subscriptions, 48 servers, [^\n]*\n$/);
  });

  it('in a pipe is nothing but what is said', async () => {
    assert.deepEqual(await shown('none', 600), ['before\n', 'after\n']);
  });
});
