import type { createLogUpdate } from 'log-update';
import { printable } from '../helpers/printable';
import type { Progress } from '../types';
import type { Io, Output } from './io';

/** How far the scan has come, on stderr: one live line on a terminal, now and then a line in a log, or nothing. */
export interface ProgressDisplay {
  update(progress: Progress): void;
  /** Takes the live line away. */
  end(): void;
  /** Writes a line of its own, above the live one. */
  say(line: string): void;
}

export type ProgressMode = 'live' | 'lines' | 'none';

export function progressMode(
  { quiet, verbose }: { readonly quiet: boolean; readonly verbose: boolean },
  { stderr, env }: Pick<Io, 'stderr' | 'env'>,
): ProgressMode {
  if (quiet) return 'none';
  // A CI log that pretends to be a terminal keeps every drawing.
  if (stderr.isTTY && env.TERM !== 'dumb' && !env.CI) return 'live';
  return verbose ? 'lines' : 'none';
}

/** In milliseconds: often enough to be alive, seldom enough to be calm. */
const every = { live: 250, lines: 10_000 } as const;

export function showProgress(stderr: Output, mode: ProgressMode): ProgressDisplay {
  const plain = (line: string) => void stderr.write(`${line}\n`);
  if (mode === 'none') return { update: () => undefined, end: () => undefined, say: plain };

  const startedAt = Date.now();
  const pace = new Pace();
  let latest: Progress | undefined;
  const text = (width: number) =>
    latest ? progressLine(latest, { now: Date.now(), startedAt, pace, width }) : undefined;
  const draw = mode === 'live' ? liveLine(stderr) : undefined;
  const timer = setInterval(() => {
    const line = text(draw ? (stderr.columns || 80) - 1 : Number.POSITIVE_INFINITY);
    if (line !== undefined) (draw ?? plain)(line);
  }, every[mode]);
  const clear = () => draw?.('');
  // Whatever ends the process, a second Ctrl-C too, leaves no half line behind.
  process.once('exit', clear);
  return {
    update(progress) {
      latest = progress;
      pace.note(Date.now(), progress.requests.done);
    },
    end() {
      clearInterval(timer);
      clear();
      process.off('exit', clear);
    },
    say(line) {
      clear();
      plain(line);
    },
  };
}

/** `''` takes it away. Loaded here: a pipe needs none of it. */
function liveLine(stderr: Output): (text: string) => void {
  const { createLogUpdate: create } = require('log-update') as { createLogUpdate: typeof createLogUpdate };
  const stream = {
    isTTY: true,
    get columns() {
      return stderr.columns || 80;
    },
    write: (text: string) => void stderr.write(text),
  };
  // With the cursor where it is, there is nothing to repair if the process is killed.
  const update = create(stream as unknown as NodeJS.WritableStream, { showCursor: true });
  let shown = '';
  return (text) => {
    if (text === shown) return;
    shown = text;
    if (text === '') update.clear();
    else update(text);
  };
}

/** Answers a second, over the last few seconds: what Azure does now, not what it did on average. */
export class Pace {
  #notes: { readonly at: number; readonly done: number }[] = [];

  note(at: number, done: number): void {
    const last = this.#notes.at(-1);
    if (last && at - last.at < 250) return;
    this.#notes.push({ at, done });
    while (this.#notes.length > 2 && at - (this.#notes[1]?.at ?? at) > 8_000) this.#notes.shift();
  }

  /** @param done answers by now. */
  perSecond(now: number, done: number): number {
    const first = this.#notes[0];
    return first && now > first.at ? ((done - first.done) * 1000) / (now - first.at) : 0;
  }
}

export interface ProgressTime {
  readonly now: number;
  readonly startedAt: number;
  readonly pace: Pace;
  /** Columns; what matters least is left out until it fits. */
  readonly width: number;
}

/** The line, without a line break. */
export function progressLine(progress: Progress, { now, startedAt, pace, width }: ProgressTime): string {
  const { phase, subscriptions, servers, summary, requests, waitingFor } = progress;
  const seconds = Math.floor((now - startedAt) / 1000);
  if (phase === 'sign-in') return `Signing in to Azure, ${seconds} s`;
  if (phase === 'subscriptions') return `Listing the subscriptions, ${seconds} s`;

  if (phase === 'endpoints' || phase === 'databases') {
    const { done, ahead } = requests;
    const doing = phase === 'endpoints' ? 'Probing' : 'Auditing';
    return `${doing}: ${done} of ${done + ahead}, ${problemsOf(summary)}, ${seconds} s`;
  }

  const rate = pace.perSecond(now, requests.done);
  const parts = [
    { text: `${subscriptions.done} of ${subscriptions.total ?? 'many'} subscriptions`, weight: 6 },
    { text: `${servers} server${servers === 1 ? '' : 's'}`, weight: 4 },
    { text: problemsOf(summary), weight: 5 },
    { text: rate < 1 ? '' : `${Math.round(rate)} answers/s`, weight: 1 },
    {
      text: seconds < 3 || requests.done < 20 ? '' : timeLeft(requests.ahead, rate, (waitingFor?.until ?? now) - now),
      weight: 3,
    },
    { text: waitingFor ? waiting(waitingFor, now) : '', weight: waitingFor?.until ? 4.5 : 2 },
  ].filter(({ text }) => text !== '');
  const fits = () => parts.map(({ text }) => text).join(', ').length <= width;
  while (parts.length > 1 && !fits()) {
    const least = parts.reduce((a, b) => (b.weight < a.weight ? b : a));
    parts.splice(parts.indexOf(least), 1);
  }
  return parts.map(({ text }) => text).join(', ');
}

function problemsOf({ FAIL: failed, UNKNOWN: unknown }: Progress['summary']): string {
  const problems = [...(failed > 0 ? [`${failed} FAIL`] : []), ...(unknown > 0 ? [`${unknown} UNKNOWN`] : [])];
  return problems.join(', ') || 'no problem so far';
}

function waiting({ name, until }: NonNullable<Progress['waitingFor']>, now: number): string {
  const shown = printable(name.length > 30 ? `${name.slice(0, 29)}…` : name);
  return until === null
    ? `waiting for ${shown}`
    : `throttled for ${Math.max(1, Math.ceil((until - now) / 1000))} s: ${shown}`;
}

/** Coarse on purpose: a figure that jumps is none. */
function timeLeft(ahead: number, rate: number, wait: number): string {
  if (ahead === 0 || rate < 0.1) return '';
  const seconds = ahead / rate + Math.max(0, wait) / 1000;
  if (seconds < 5) return 'a few seconds left';
  if (seconds < 55) return `about ${Math.ceil(seconds / 5) * 5} s left`;
  if (seconds < 5400) return `about ${Math.ceil(seconds / 60)} min left`;
  return `about ${Math.round(seconds / 3600)} h left`;
}
