import type { Fact, Json, Plugin, Resource, Result, ServerKind, ServerPlugin, Settings } from '../types';

/** The engine's: one plugin's word on one resource. */
export type Evaluate = (plugin: Plugin, resource: Resource, settings: Settings) => Result;

/** The value of a fact, of its spelling. Whether a parameter waits for a restart stands in no evidence: it does not, so no FAIL rests on that. */
const factOf: Readonly<Record<ServerKind, (spelled: Json) => Json>> = {
  'Microsoft.DBforPostgreSQL/servers': (value) => value,
  'Microsoft.DBforPostgreSQL/flexibleServers': (value) => ({ value, isConfigPendingRestart: false }),
};

/** What the plugin says of the evidence of a result; or of a server where another value stands in it for what the plugin repairs. */
export function judgeAgain(
  plugin: ServerPlugin,
  { resource, evidence }: Result,
  settings: Settings,
  evaluate: Evaluate,
): (to?: string) => Result {
  const { kind, needs, fix } = plugin;
  const fact = (value: Json | undefined): Fact => ({
    known: true,
    value: value === undefined ? undefined : factOf[kind](value),
  });
  return (to) => {
    const values = to === undefined ? evidence : { ...evidence, [fix.set]: to };
    const facts = Object.keys(needs).map((name) => [
      name,
      fact(Object.hasOwn(values, name) ? values[name] : undefined),
    ]);
    return evaluate(plugin, { ...resource, type: kind, facts: Object.fromEntries(facts) }, settings);
  };
}
