import plugin from '../../plugins/postgresql/databaseHostBasedAuthenticationRequiresSsl';
import { testPlugin } from '../../testing';
import { gap } from '../support/report';

/** Lines of pg_hba.conf with an address in CIDR, as the view has them. */
const file = (...lines: readonly string[]) => ({
  pg_hba_file_rules: lines.map((line, i) => {
    const [type = '', database = '', user = '', address = '', method = ''] = line.split(/ +/);
    const masks: Readonly<Record<string, string>> = { 0: '0.0.0.0', 8: '255.0.0.0', 32: '255.255.255.255' };
    const [ip = '', prefix = ''] = address.split('/');
    const isLocal = type === 'local';
    return {
      line_number: i + 1,
      file_name: null,
      type,
      database: database.split(','),
      user_name: user.split(','),
      address: isLocal ? null : ip,
      netmask: isLocal ? null : (masks[prefix] ?? null),
      auth_method: isLocal ? address : method,
    };
  }),
  hbaLoaded: true,
  password_encryption: 'scram-sha-256',
});
const local = 'local all all trust';
const loopback = 'host all all 127.0.0.1/32 scram-sha-256';

testPlugin(plugin, {
  pass: [
    ['hostssl only', file(local, loopback, 'hostssl all all 0.0.0.0/0 scram-sha-256'), 'required'],
    ['rejected first', file('hostnossl all all all reject', 'host all all 0.0.0.0/0 scram-sha-256'), 'required'],
    ['nobody from the network', file(local), 'required'],
    ['no line', file(), 'required'],
    ['an old server', { ...file(local), password_encryption: undefined }, 'required'],
  ],
  warn: [['this role may not see whether it is loaded', { ...file(local), hbaLoaded: { gap } }, 'maybeNotLoaded']],
  fail: [
    ['host', file(local, loopback, 'host all all 10.0.0.0/8 scram-sha-256'), 'open'],
    [
      'host, and this role may not see whether it is loaded',
      { ...file('host all all 10.0.0.0/8 md5'), hbaLoaded: { gap } },
      'open',
    ],
    ['rejected too late', file('host all all 0.0.0.0/0 md5', 'hostnossl all all all reject'), 'open'],
    ['rejected, but not for all', file('hostnossl all alice all reject', 'host all all 0.0.0.0/0 md5'), 'open'],
    ['trusted', file('hostnossl shop app 10.0.0.0/8 trust'), 'open'],
  ],
  unknown: [
    [
      'members of a role are rejected',
      file('hostnossl all +staff all reject', 'host all alice 0.0.0.0/0 md5'),
      'unreadable',
    ],
    ['not there', { ...file(), pg_hba_file_rules: undefined }, 'absent'],
    ['something else', { ...file(), pg_hba_file_rules: [{ line_number: 1 }] }, 'unreadable'],
  ],
});
