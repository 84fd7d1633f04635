import { viewOf } from '../../helpers/scope';
import type { Clock, Collector } from '../../types';
import { gapOf } from './gap';
import { databaseFacts, unknownDatabase } from './questions';
import { type SessionOptions, withSession } from './session';
import { type Target, targetName } from './target';

export interface DatabaseOptions {
  readonly clock: Clock;
  /** Told what goes on, for `--verbose`. */
  readonly log: (line: string) => void;
  readonly token?: SessionOptions['token'];
}

const kind = 'PostgreSQL/databases';

/** Signs in to each of these, one after the other. Each is a scope of its own. */
export function databaseCollector(targets: readonly Target[], options: DatabaseOptions): Collector {
  return {
    kinds: [kind],
    async collect(_needs, sink, signal) {
      for (const [done, target] of targets.entries()) {
        const requests = { done, ahead: targets.length - done };
        sink.progress({ phase: 'databases', subscriptions: null, requests, waitingFor: null });
        const name = targetName(target);
        const { reference, scope } = viewOf(kind, `/databases/${name}`, name);
        const facts = await withSession(target, { ...options, signal }, (ask) =>
          databaseFacts(ask, target.user, name),
        ).catch((error: unknown) => unknownDatabase(gapOf(error, name)));
        sink.resource({ ...reference, facts });
        sink.scope(scope);
        options.log(`${name} was asked.`);
      }
    },
  };
}
