import { epoch } from '../helpers/epoch';
import { printableAll } from '../helpers/printable';
import type { Change, Report, Result, Severity } from '../types';
import { changesOf } from './changes';
import { fingerprints } from './fingerprint';
import { type OcsfPlugin, ocsfCompliance, ocsfPlugins } from './ocsfCompliance';
import { type OcsfObject, type OcsfPlace, places } from './ocsfPlace';
import { suppressedLine } from './suppressed';
import { type Reporter, type View, whatToDo } from './view';

/** The one that AWS Security Hub reads. All that is used here is in 1.7 and 1.8 too. */
const schemaVersion = '1.6.0';

/** The number of a thing in OCSF, and its caption. */
type Numbered = readonly [id: number, caption: string];

const severityIds: Record<Severity, Numbered> = { low: [2, 'Low'], medium: [3, 'Medium'], high: [4, 'High'] };
const informational: Numbered = [1, 'Informational'];

/**
 * An event for each result, in the order of the report: https://schema.ocsf.io/1.6.0/classes/compliance_finding. Each is a line
 * of an array. Bare lines would still be read if some of them were lost; an array that was cut is no JSON.
 */
export const ocsf: Reporter = (report, view) => {
  const eventOf = events(report, view);
  return report.results.length === 0
    ? '[]\n'
    : `[\n${report.results.map((each) => line(eventOf(each))).join(',\n')}\n]\n`;
};

/** Whoever wrote a text of it, Azure, a plugin or a user: it is harmless on one line. */
function line(event: OcsfObject): string {
  const text = JSON.stringify(event);
  return suspicious.test(text) ? JSON.stringify(printableAll(event)) : text;
}

/** What `printable` changes looks so in JSON. Nearly no event has any of it, and to walk through each would double the time. */
const suspicious = /[^ -~]|::|##|\\[^"\\]/;

/** Makes an event of a result; of each result once, in the order of the report. */
function events(report: Report, view: View): (result: Result) => OcsfObject {
  const pluginOf = ocsfPlugins(report, view);
  const placeOf = places(report);
  const changeOf = changesOf(report);
  const uidOf = fingerprints();
  const plugins = new Map(view.plugins.map((plugin) => [plugin.id, plugin]));
  const time = epoch(report.finishedAt);
  return (result) => {
    const { status, message, reason, suppression, evidence } = result;
    const plugin = pluginOf(result);
    const place = placeOf(result.resource);
    const [severityId, severity] = severityOf(result);
    const todo = whatToDo(result, plugins.get(result.plugin), report);
    return {
      // Class 3 of category 2, and activity 1 of it.
      activity_id: 1,
      activity_name: 'Create',
      category_uid: 2,
      category_name: 'Findings',
      class_uid: 2003,
      class_name: 'Compliance Finding',
      type_uid: 200301,
      type_name: 'Compliance Finding: Create',
      time,
      timezone_offset: 0,
      severity_id: severityId,
      severity,
      // How far people are with it. What the check says is in `compliance`, and its word in ours where Prowler has it.
      status_id: suppression ? 3 : 1,
      status: suppression ? 'Suppressed' : 'New',
      status_code: status,
      status_detail: message,
      comment: suppression && suppressedLine(suppression),
      message,
      metadata: metadataOf(report, result, place),
      finding_info: findingInfo(uidOf(result), plugin, lastSeen(place, time)),
      compliance: ocsfCompliance(result, plugin),
      resources: [place.resource],
      cloud: place.cloud,
      evidences: Object.keys(evidence).length > 0 ? [{ data: evidence }] : undefined,
      // The plugin's link is about its setting, not about what kept it from being read.
      remediation: todo === undefined ? undefined : { desc: todo, references: reason ? undefined : plugin.references },
      unmapped: unmapped(result, plugin, report.comparison && changeOf(result)),
    };
  };
}

/** OCSF's severity is the effort that an event asks for: a PASS asks for none, however bad a FAIL would be. */
const severityOf = ({ status, severity }: Result): Numbered =>
  status === 'PASS' ? informational : severityIds[severity];

const metadataOf = ({ tool }: Report, { plugin }: Result, { cloud }: OcsfPlace): OcsfObject => ({
  version: schemaVersion,
  product: { uid: tool.name, name: tool.name, vendor_name: tool.name, version: tool.version },
  profiles: cloud ? ['cloud'] : undefined,
  event_code: plugin,
});

const findingInfo = (uid: string, { title, desc, analytic }: OcsfPlugin, seen: number | undefined): OcsfObject => ({
  uid,
  title,
  desc,
  analytic,
  last_seen_time: seen,
});

/** A verdict on a collection is as old as the collection; and nobody knows how old, if that does not say. */
function lastSeen({ collectedAt }: OcsfPlace, finished: number): number | undefined {
  if (collectedAt === undefined) return finished;
  return collectedAt === null ? undefined : epoch(collectedAt);
}

/** What OCSF has no place for. A control that only we map would be taken for a published one anywhere else. */
function unmapped({ reason }: Result, { ownMappings }: OcsfPlugin, change: Change | undefined): OcsfObject | undefined {
  if (ownMappings.length === 0 && reason?.code === undefined && !change) return undefined;
  return {
    own_mappings: ownMappings.length > 0 ? ownMappings : undefined,
    error_code: reason?.code,
    change: change?.change,
  };
}
