const later = 'It comes after the scan, with which chaos ends.';
const ports = 'Chaos asks Azure Resource Manager only.';
const files = 'It is about files that come in, of which chaos reads none.';

/** Files that random schedules never come to, and why. */
export const unreached: Readonly<Record<string, string>> = {
  'collectors/database/entra.ts': ports,
  'collectors/database/session.ts': ports,
  'collectors/endpoint/plaintext.ts': ports,
  'collectors/endpoint/probe.ts': ports,
  'collectors/endpoint/protocol.ts': ports,
  'engine/compare.ts': later,
  'engine/foreign.ts': 'Chaos runs no plugin of another tool: those are for random tenants in the tests of merge.',
  'engine/join.ts': later,
  'engine/merge.ts': later,
  'engine/suppress.ts': later,
  'helpers/accepted.ts': later,
  'helpers/assessed.ts': later,
  'helpers/epoch.ts': later,
  'helpers/hostBasedAuthentication.ts': ports,
  'helpers/kind.ts': files,
  'helpers/nesting.ts': files,
  'helpers/shell.ts': later,
  'helpers/wildcard.ts': later,
  'collectors/azure/wire.ts': 'Chaos opens no connection: it stands in the place of the wire.',
  'collectors/azure/tunnel.ts': 'Chaos opens no connection, so none through a proxy.',
};

const slower = 'It changes no verdict, and asks no more than Azure grants: it costs time.';
const larger = 'It changes no verdict: it costs memory, of which a small tenant needs none.';

const elsewhere = 'The text that it takes is too rare: the tests of skim have random texts of their own.';
const never = 'The collector does no such thing, whatever is answered: the wall stands behind another.';

/** Planted bugs that random schedules cannot find, by name, and why. */
export const unfound: Readonly<Record<string, string>> = {
  'more than GET is sent to Azure': 'Nothing in a scan writes, whatever is answered: the wall stands behind another.',
  'a refused token is renewed again and again':
    'A token is fetched once a minute at most: it takes a 401, a wait of a minute, and a 401 again, on one call.',
  'a throttled subscription is asked as fast as ever': slower,
  'a subscription that was throttled once stays slow': slower,
  'a call is refused for ever while others go first': slower,
  'all subscriptions are begun before the first is done': larger,
  'all servers of a subscription are begun before the first is done': larger,
  'a list of servers is in memory to its end before the first is read': larger,
  'more servers are read at once than may be': larger,
  'no subscription is scanned before the last is listed': slower,
  'a call is retried without end after a 401 on its last attempt':
    'It takes four refusals and a 401, on one call: one schedule in some thousands has it.',
  'a token that has ended is sent':
    'It takes a token that ends while its renewal fails: one schedule in some thousands has it.',
  'a limit is forgotten when Azure spells the id otherwise': 'It costs a refusal at most, which is waited for.',
  'a scan that was cut short does not end before its waits do': 'It ends; what is left of its alarms wakes nobody.',
  'a closed subscription comes back to what it was before it was left':
    'A subscription that was left is asked no more, but about the provider.',
  'a scan tells for an hour that it waits, for a subscription that was given up': 'Chaos does not read the progress.',
  'a scan waits for a subscription that has nothing more to send': 'The timer that is left wakes nobody.',
  'a server that could not be recorded leaves no trace': 'What chaos records into does not fail.',
  'a wanted parameter is hidden by two wrong brackets': elsewhere,
  'a parameter with an escape in the word "name" is lost': elsewhere,
  'a parameter takes the name of what is in it': elsewhere,
  'a quote too many hides other parameters': elsewhere,
  'a brace in a value hides other parameters': elsewhere,
  'a quote in a value is taken for its end': elsewhere,
  'all parameters are read to find two': slower,
  'a list without an end is followed for ever': 'It takes a thousand pages, each with a link of its own.',
  'a type that Azure spells otherwise is taken for retired, and its servers are lost':
    'It takes two troubles that fit each other: a type that Azure refuses, and spells otherwise.',
  'a server that the collector loses is not missed': never,
  'a kind of server that nobody asked for is taken for seen': never,
  'a server is not judged when Azure spells its type otherwise': never,
  'a scan that is not complete lets the job pass':
    'Nothing waits between the last answer and the end, so no scan is cut short there.',
  'a subscription that Azure spells otherwise falls to another shard':
    'Both sides of the comparison ask the same code.',
  'a subscription falls to no shard': 'Both sides of the comparison ask the same code.',
  'a scan that was cut short before it saw anything passes for a whole one':
    'Chaos reads no report of a later command.',
};
