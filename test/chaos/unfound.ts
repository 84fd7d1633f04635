const later = 'It comes after the scan, with which chaos ends.';

/** Files that random schedules never come to, and why. */
export const unreached: Readonly<Record<string, string>> = {
  'engine/compare.ts': later,
  'engine/foreign.ts': 'Chaos runs no plugin of another tool: those are for random tenants in the tests of merge.',
  'engine/merge.ts': later,
  'engine/suppress.ts': later,
  'helpers/accepted.ts': later,
  'helpers/assessed.ts': later,
  'helpers/epoch.ts': later,
  'helpers/shell.ts': later,
  'helpers/wildcard.ts': later,
  'collectors/azure/wire.ts': 'Chaos opens no connection: it stands in the place of the wire.',
  'collectors/azure/tunnel.ts': 'Chaos opens no connection, so none through a proxy.',
};

const slower = 'It changes no verdict, and asks no more than Azure grants: it costs time.';
const larger = 'It changes no verdict: it costs memory, of which a small tenant needs none.';

/** Planted bugs that random schedules cannot find, by name, and why. */
export const unfound: Readonly<Record<string, string>> = {
  'more than GET is sent to Azure': 'Nothing in a scan writes, whatever is answered: the wall stands behind another.',
  'a refused token is renewed again and again':
    'A token is fetched once a minute at most: it takes a 401, a wait of a minute, and a 401 again, on one call.',
  'a throttled subscription is asked as fast as ever': slower,
  'a subscription that was throttled once stays slow': slower,
  'a call is refused for ever while others go first': slower,
  'a large subscription keeps the small ones from their turn': slower,
  'all subscriptions are begun before the first is done': larger,
  'all servers of a subscription are begun before the first is done': larger,
  'a list of servers is in memory to its end before the first is read': larger,
};
