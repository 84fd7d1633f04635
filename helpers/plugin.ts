import type { FactNames, Kind, Message, Need, Plugin, Setting } from '../types';

/** What `evaluate` sees of a need: the value, or possibly nothing if the need is optional. */
type Seen<N> = { readonly [F in keyof N]: N[F] extends Need<infer T> ? T : never };
/** The needs that `evaluate` may name in place of a message: UNKNOWN, as they are. */
type Lackable<N> = {
  [F in keyof N]: N[F] extends { readonly ifKnown: true; readonly optional: false } ? F : never;
}[keyof N];
type Chosen<S> = { readonly [F in keyof S]: S[F] extends Setting<infer V> ? V : never };

/** The plugin as its author writes it: `evaluate` typed by the needs, settings and messages that stand above it. */
interface Definition<
  K extends Kind,
  N extends { readonly [F in FactNames[K]]?: Need<unknown> },
  S extends Plugin['settings'],
  M extends Plugin['messages'],
> extends Omit<Plugin<K>, 'kind' | 'needs' | 'settings' | 'messages' | 'evaluate'> {
  readonly kind: K;
  readonly needs: N & { readonly [F in Exclude<keyof N, FactNames[K]>]: never };
  readonly settings: S;
  readonly messages: M;
  evaluate(facts: Seen<N>, settings: Chosen<S>): Extract<keyof M | Lackable<N>, string>;
}

/** Gives a plugin its type. A message id that is not declared, a fact that is not needed or that the kind does not have, does not compile. */
export function definePlugin<
  const K extends Kind,
  const N extends { readonly [F in FactNames[K]]?: Need<unknown> },
  const S extends Plugin['settings'],
  const M extends Plugin['messages'],
>(definition: Definition<K, N, S, M>): Plugin<K> {
  return definition as unknown as Plugin<K>;
}

type Say = (text: string, when?: Message['when']) => Message;
const say =
  (status: Message['status']): Say =>
  (text, when) => ({ status, text, ...(when && { when }) });

/** Proven safe. */
export const pass = say('PASS');
/** Set right, but not in force. */
export const warn = say('WARN');
/** Proven unsafe. */
export const fail = say('FAIL');
