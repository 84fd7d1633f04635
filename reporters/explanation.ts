import { frameworkNames } from '../helpers/compliance';
import { isServerKind, isServerPlugin, kinds, wheres } from '../helpers/kind';
import { printable } from '../helpers/printable';
import { type Remediation, remediation } from '../helpers/remediation';
import { shellQuote } from '../helpers/shell';
import { fillTemplate, shown } from '../helpers/template';
import type { Control, ForeignDescription, Kind, Plugin, ResourceReference, ServerPlugin, Settings } from '../types';
import { command } from './command';
import type { Block, Document, Section } from './document';
import { verdictTable, whenUnknown } from './verdicts';

/** Whose names stand in the commands of an explanation. */
export function sampleServer(kind: Kind): ResourceReference {
  const subscriptionId = '00000000-0000-0000-0000-000000000000';
  const resourceGroup = 'my-resource-group';
  const name = 'my-server';
  const id = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/${kind}/${name}`;
  return { id, name, type: kind, location: 'westeurope', resourceGroup, subscriptionId };
}

/** A plugin for somebody who has never seen its setting, with these settings in force. */
export function explanation(given: Plugin, settings: Settings): Document {
  const plugin = inPrint(given);
  const { id, title, kind } = plugin;
  const ways = isServerPlugin(plugin) ? byAzure(plugin, settings) : byHand(plugin, settings);
  return {
    title: id,
    summary: `PASS proves: ${title}.`,
    terms: [...termsOf(plugin), ...ways.terms].filter((term) => /[^A-Za-z]|[a-z][A-Z]/.test(term)),
    sections: [
      { heading: 'What it is', blocks: whatItIs(plugin) },
      { heading: 'Why it matters', blocks: [plugin.moreInfo] },
      { heading: 'What the verdict means', blocks: [verdictTable(plugin, settings)] },
      { heading: 'When it is UNKNOWN', blocks: whenUnknown(plugin) },
      { heading: 'What can be tuned', blocks: tuning(plugin, settings) },
      ...ways.sections,
      { heading: 'Compliance', blocks: compliance(plugin.compliance) },
      { heading: 'Links', blocks: [{ links: [...new Set([plugin.link, kinds[kind].link])] }] },
    ],
  };
}

/** How to mend what it finds, and what a reader may copy of that. */
interface Ways {
  readonly sections: readonly Section[];
  readonly terms: readonly string[];
}

function byAzure(plugin: ServerPlugin, settings: Settings): Ways {
  const { fix, kind, recommendedAction } = plugin;
  const fill = (text: string) => fillTemplate(text, settings);
  const server = sampleServer(kind);
  const repair = remediation(fix, kind, server, settings);
  return {
    sections: [
      {
        heading: 'Before you change it',
        blocks: [fill(fix.impact), ...affected(fix.refuses && fill(fix.refuses)), undo],
      },
      {
        heading: 'How to fix it',
        blocks: [...(repair.first === null ? [] : [repair.first]), fill(recommendedAction), names],
      },
      ...azureWays(repair),
      { heading: 'How to check that it worked', blocks: checks(plugin, settings, repair, server) },
    ],
    terms: [
      ...[fix.set, ...fix.values, fix.default, repair.to],
      ...[`configurations/${fix.set}`, `properties.${fix.set}`, fix.terraform?.attribute ?? ''],
    ],
  };
}

/** What no one setting of Azure mends. */
function byHand(plugin: Plugin, settings: Settings): Ways {
  const { fix, kind, recommendedAction } = plugin;
  if (!('steps' in fix)) return { sections: [], terms: [] };
  const fill = (text: string) => fillTemplate(text, settings);
  const { look } = kinds[kind];
  return {
    sections: [
      { heading: 'Before you change it', blocks: [fill(fix.impact)] },
      { heading: 'How to fix it', blocks: [fill(recommendedAction), { steps: fix.steps.map(fill) }] },
      {
        heading: 'How to check that it worked',
        blocks: [
          'Look again, and wait for PASS:',
          { code: command([look, `--plugin ${plugin.id}`, ...chosenSettings(plugin, settings)]), language: 'sh' },
        ],
      },
    ],
    terms: [],
  };
}

const chosenSettings = (plugin: Plugin, settings: Settings): string[] =>
  Object.entries(plugin.settings).flatMap(([name, { default: standard }]) =>
    settings[name] === standard ? [] : [`--setting ${shellQuote(`${name}=${settings[name]}`)}`],
  );

/** The same of another tool's plugin, as far as it says. */
export function foreignExplanation(given: ForeignDescription): Document {
  const plugin = inPrint(given);
  return {
    title: plugin.id,
    summary: plugin.title,
    terms: [plugin.id, ...Object.keys(plugin.settings)],
    sections: [
      {
        heading: 'What it is',
        blocks: [
          plugin.description,
          {
            head: ['Property', 'Value'],
            rows: [
              ['Severity', plugin.severity],
              ['Category', plugin.category],
              ['Server', plugin.kinds.map((kind) => `Azure Database for PostgreSQL, ${kinds[kind].name}`).join('; ')],
            ],
          },
        ],
      },
      { heading: 'Why it matters', blocks: [plugin.moreInfo] },
      { heading: 'What can be tuned', blocks: foreignTuning(plugin) },
      { heading: 'How to fix it', blocks: [plugin.recommendedAction] },
      { heading: 'Links', blocks: [{ links: [plugin.link] }] },
    ],
  };
}

/** A plugin may be anybody's, and say anything: its words, made fit to be printed. */
function inPrint<T>(value: T): T {
  if (typeof value === 'string') return printable(value) as T;
  if (Array.isArray(value)) return value.map((each) => inPrint(each)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, inPrint(each)])) as T;
}

const undo =
  'Write down the value that it has now: if nothing above says otherwise, setting it again takes the change back.';

const names = 'In what follows, my-server, my-resource-group and the subscription of zeros stand for yours.';

function whatItIs(plugin: Plugin): Block[] {
  const { description, severity, category, kind } = plugin;
  const { name } = kinds[kind];
  return [
    description,
    {
      head: ['Property', 'Value'],
      rows: [
        ['Severity', severity],
        ['Category', category],
        ['Server', isServerKind(kind) ? `Azure Database for PostgreSQL, ${name}` : `${name} of any PostgreSQL server`],
        ['Kind', kind],
        ...(isServerPlugin(plugin) ? settingRows(plugin) : []),
      ],
    },
  ];
}

const settingRows = ({ fix, kind }: ServerPlugin): string[][] => [
  ['Setting', fix.set],
  ['Where', wheres[kind](fix.set)],
  ['Values', fix.values.join(', ')],
  ['Default', fix.default],
];

/** What looks like no English word; `on` stands in too many sentences. */
const termsOf = ({ id, kind, needs, settings }: Plugin): string[] => [
  ...[id, kind, ...Object.keys(needs), ...Object.keys(settings)],
  ...ownTerms,
];

/** Those of our own sentences. */
const ownTerms = [
  'pgposture scan --help',
  'my-server',
  'my-resource-group',
  'pg_read_all_stats',
  'log_connections',
  'sslmode=disable',
  'sslmode=require',
  'TLSv1.2',
  'TLS1_2',
];

function tuning({ id, kind, settings }: Plugin, inForce: Settings): Block[] {
  const blocks = Object.entries(settings).flatMap(([name, { description, default: standard, values }]): Block[] => {
    const other = values.find((value) => value !== inForce[name]) ?? standard;
    return [
      `${name}: ${description} It can be ${values.join(' or ')}; the default is ${standard}, and what you read here is for ${inForce[name]}.`,
      { code: command([kinds[kind].look, `--plugin ${id}`, `--setting ${name}=${other}`]), language: 'sh' },
    ];
  });
  return blocks.length > 0 ? blocks : [untunable];
}

function foreignTuning({ settings }: ForeignDescription): Block[] {
  const blocks = Object.entries(settings).map(
    ([name, { description, default: standard, regex }]) =>
      `${name}: ${description} The default is ${shown(standard)}; with --setting ${name}=…, it has to match ${regex}.`,
  );
  return blocks.length > 0 ? blocks : [untunable];
}

const untunable = 'Nothing: it has no settings.';

/** How to find the clients that a change would refuse. */
function affected(refused: string | undefined): Block[] {
  if (!refused) return [];
  return [
    'To find those clients before, ask the server which of its connections it would refuse now, as a role that sees all ' +
      'sessions (a member of pg_read_all_stats):',
    {
      code: `SELECT usename, application_name, client_addr, ssl, version, count(*)
FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
WHERE client_addr IS NOT NULL AND ${refused}
GROUP BY 1, 2, 3, 4, 5;`,
      language: 'sql',
    },
    'Over a longer time its log tells them: with log_connections on, the line "connection authorized" of a connection ' +
      'with TLS has "SSL enabled (protocol=…", and that of one without has nothing of the kind. Behind a connection ' +
      'pooler both show the pooler, not its clients.',
  ];
}

function azureWays({ portal, az, bicep, terraform }: Remediation): Section[] {
  return [
    { heading: 'In the Azure portal', part: true, blocks: [{ steps: portal }] },
    { heading: 'With the Azure CLI', part: true, blocks: [{ code: command(az), language: 'sh' }] },
    { heading: 'With Bicep', part: true, blocks: [{ code: bicep, language: 'bicep' }] },
    { heading: 'With Terraform', part: true, blocks: [{ code: terraform, language: 'terraform' }] },
  ];
}

function checks(
  plugin: ServerPlugin,
  settings: Settings,
  { to, check }: Remediation,
  server: ResourceReference,
): Block[] {
  const only = [`--subscription ${server.subscriptionId}`, `--plugin ${plugin.id}`];
  const scan = ['pgposture scan', ...only, ...chosenSettings(plugin, settings)];
  return [
    'Scan again, and look for PASS; a WARN says what is still missing:',
    { code: command(scan), language: 'sh' },
    `Or ask Azure for the value, which should be ${to}:`,
    { code: command(check), language: 'sh' },
    ...proof(plugin.fix.lockedOut, server),
    'It counts for a client from its next connection on: what was connected before may go on.',
  ];
}

/** What the server's port says is worth more than what its settings do. */
function proof(lockedOut: string | undefined, { name }: ResourceReference): Block[] {
  if (!lockedOut) return [];
  const dsn = `host=${name}.postgres.database.azure.com user=my-user dbname=postgres ${lockedOut}`;
  return [
    'Or knock, from where a client connects to the server. This has to be refused, and the same with sslmode=require ' +
      'has to get in: if that is refused too, something else is in the way, and nothing is proven.',
    { code: `psql "${dsn}"`, language: 'sh' },
  ];
}

/** Mappings with a published source apart from our own. */
function compliance(controls: readonly Control[]): Block[] {
  const group = (intro: string, own: boolean): Block[] => {
    const byEdition = new Map<string, string[]>();
    for (const { framework, edition, control, level } of controls.filter((each) => each.own === own)) {
      const name = `${frameworkNames[framework]} ${edition}`;
      byEdition.set(name, [...(byEdition.get(name) ?? []), level ? `${control} (Level ${level})` : control]);
    }
    return byEdition.size > 0
      ? [intro, { head: ['Framework', 'Controls'], rows: [...byEdition].map(([name, ids]) => [name, ids.join(', ')]) }]
      : [];
  };
  if (controls.length === 0) return ['No control is mapped to it.'];
  return [
    ...group('Controls that a published source maps it to:', false),
    ...group('Controls that it serves in our own judgement, by analogy; no published source maps it to them:', true),
  ];
}
