import { frameworkNames } from '../helpers/compliance';
import type { Control, Report, Result, Status } from '../types';
import type { OcsfObject } from './ocsfPlace';
import type { View } from './view';

/** What the events of one plugin have in common. */
export interface OcsfPlugin {
  readonly title: string;
  readonly desc?: string;
  readonly analytic: OcsfObject;
  readonly compliance: {
    /** Ours, as Security Hub has its own there: what standards ask for is in `requirements`. */
    readonly control: string;
    readonly desc: string;
    /** None says that no published standard is checked. Before 1.5 it was required. */
    readonly standards: readonly string[];
    readonly requirements?: readonly string[] | undefined;
    readonly parameters?: readonly OcsfObject[] | undefined;
  };
  /** `PCI DSS 4.0.1 4.2.1`: controls that we map by analogy, and no published source does. */
  readonly ownMappings: readonly string[];
  readonly references?: readonly string[] | undefined;
}

/** `status_id` and `status`. OCSF's Warning says that information was missing: our UNKNOWN. A WARN is none of its words. */
const statusIds: Record<Status, readonly [id: number, status: string]> = {
  PASS: [1, 'Pass'],
  UNKNOWN: [2, 'Warning'],
  FAIL: [3, 'Fail'],
  WARN: [99, 'WARN'],
};

/** What the check says, of which control. */
export function ocsfCompliance({ status, message, reason }: Result, { compliance }: OcsfPlugin): OcsfObject {
  const [id, word] = statusIds[status];
  return {
    standards: compliance.standards,
    requirements: compliance.requirements,
    control: compliance.control,
    control_parameters: compliance.parameters,
    desc: compliance.desc,
    status_id: id,
    status: word,
    status_code: reason?.kind,
    status_details: [message],
  };
}

/** Of a plugin that the view does not know, as in reports that were merged, there is what its results have. */
export function ocsfPlugins(report: Report, { plugins }: View): (result: Result) => OcsfPlugin {
  const byId = new Map(plugins.map((plugin) => [plugin.id, ocsfPlugin(plugin, report)]));
  return (result) => {
    const known = byId.get(result.plugin);
    if (known) return known;
    const bare = barePlugin(result.plugin, result.title);
    byId.set(result.plugin, bare);
    return bare;
  };
}

function ocsfPlugin(plugin: View['plugins'][number], report: Report): OcsfPlugin {
  const { id, title, category, description, link, settings } = plugin;
  const controls = 'fix' in plugin ? plugin.compliance : [];
  const published = controls.filter(({ own }) => !own);
  const parameters = Object.keys(settings).map((name) => ({ name, value: report.settings[name] ?? '' }));
  const bare = barePlugin(id, title);
  return {
    ...bare,
    desc: description,
    analytic: { ...bare.analytic, category },
    compliance: {
      ...bare.compliance,
      standards: [...new Set(published.map(standard))],
      requirements: published.length > 0 ? published.map(requirement) : undefined,
      parameters: parameters.length > 0 ? parameters : undefined,
    },
    ownMappings: controls.filter(({ own }) => own).map(requirement),
    references: /^https?:/.test(link) && URL.canParse(link) ? [new URL(link).href] : undefined,
  };
}

/** The title of a plugin says what should be; that of a finding would be read as what is. */
const barePlugin = (id: string, title: string): OcsfPlugin => ({
  title: `Expected: ${title || id}`,
  analytic: { uid: id, name: title || id, type_id: 1, type: 'Rule' },
  compliance: { control: id, desc: title || id, standards: [] },
  ownMappings: [],
});

const standard = ({ framework, edition }: Control): string => `${frameworkNames[framework]} ${edition}`;
const requirement = (control: Control): string => `${standard(control)} ${control.control}`;
