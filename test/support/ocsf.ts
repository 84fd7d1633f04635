import { reporters } from '../../reporters';
import type { Report } from '../../types';
import { view } from './report';

/** An event as it is read back. */
export type OcsfEvent = { readonly [attribute: string]: unknown };

/** Says what is wrong with a value: nothing, if it is right. */
type Check = (value: unknown) => readonly string[];

interface Schema {
  readonly required?: Readonly<Record<string, Check>>;
  readonly others?: Readonly<Record<string, Check>>;
  readonly atLeastOne?: readonly string[];
  /** By the attribute that has the number, the one that has its caption, and the captions. */
  readonly captions?: Readonly<Record<string, readonly [sibling: string, captions: Readonly<Record<number, string>>]>>;
}

const as =
  (name: string, is: (value: unknown) => boolean): Check =>
  (value) =>
    is(value) ? [] : [`${JSON.stringify(value)} is no ${name}`];

const text = as('string_t', (value) => typeof value === 'string');
const integer = as('integer_t', Number.isSafeInteger);
/** Milliseconds: seconds would be of January 1970. */
const timestamp = as('timestamp_t', (value) => Number.isSafeInteger(value) && Number(value) > Date.UTC(2020));
const json: Check = () => [];
const only = (expected: unknown) => as(JSON.stringify(expected), (value) => value === expected);

const isObject = (value: unknown): value is OcsfEvent =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const list =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) ? value.flatMap((each, i) => check(each).map((wrong) => `[${i}]${wrong}`)) : ['is no array'];

/** An object that has what is required, and nothing that the schema does not know. */
const object =
  ({ required = {}, others = {}, atLeastOne = [], captions = {} }: Schema): Check =>
  (value) => {
    if (!isObject(value)) return ['is no object'];
    const checks: Schema['others'] = { ...required, ...others };
    return [
      ...Object.keys(required).flatMap((name) => (name in value ? [] : [`.${name} is required`])),
      ...(atLeastOne.length === 0 || atLeastOne.some((name) => name in value) ? [] : [` has none of ${atLeastOne}`]),
      ...Object.entries(value).flatMap(([name, each]) =>
        (checks[name]?.(each) ?? ['is not in the schema']).map((wrong) => `.${name} ${wrong}`),
      ),
      ...Object.entries(captions).flatMap(([name, [sibling, words]]) =>
        isCaption(value[name], value[sibling], words) ? [] : [`.${sibling} is not the caption of .${name}`],
      ),
    ];
  };

/** 99 is Other: its sibling says what. */
function isCaption(id: unknown, caption: unknown, captions: Readonly<Record<number, string>>): boolean {
  if (id === undefined) return caption === undefined;
  return id === 99
    ? typeof caption === 'string' && caption !== ''
    : caption === captions[Number(id)] && caption !== undefined;
}

const entity = { others: { name: text, uid: text }, atLeastOne: ['name', 'uid'] };
const keyValue = object({
  required: { name: text },
  others: { value: text, values: list(text) },
  atLeastOne: ['value', 'values'],
});

const product = object({ ...entity, others: { ...entity.others, vendor_name: text, version: text } });
const metadata = object({
  required: { product, version: only('1.6.0') },
  others: { profiles: list(text), event_code: text },
});

const analytic = object({
  ...entity,
  required: { type_id: integer },
  others: { ...entity.others, type: text, category: text },
  captions: { type_id: ['type', { 1: 'Rule' }] },
});
const findingInfo = object({
  required: { uid: text },
  others: { title: text, desc: text, analytic, last_seen_time: timestamp },
});

/** `standards` was required before 1.5, and is recommended since: that ours is always there is our own promise. */
const compliance = object({
  required: { standards: list(text), control: text, status_id: integer, status: text },
  others: {
    requirements: list(text),
    control_parameters: list(keyValue),
    desc: text,
    status_code: text,
    status_details: list(text),
  },
  captions: { status_id: ['status', { 1: 'Pass', 2: 'Warning', 3: 'Fail' }] },
});

/** `region` is of the profile cloud. */
const resource = object({
  ...entity,
  others: { ...entity.others, type: text, role_id: integer, role: text, region: text, group: object(entity) },
  captions: { role_id: ['role', { 1: 'Target', 2: 'Actor', 3: 'Affected', 4: 'Related' }] },
});

const account = object({
  ...entity,
  others: { ...entity.others, type_id: integer, type: text },
  captions: { type_id: ['type', { 6: 'Azure AD Account', 13: 'Azure Subscription', 17: 'M365 Tenant' }] },
});
const cloud = object({ required: { provider: only('Azure') }, others: { region: text, account, org: object(entity) } });

/**
 * https://schema.ocsf.io/1.6.0/classes/compliance_finding?profiles=cloud: as much of it as we write, by hand; what that page
 * calls required is so here.
 */
const complianceFinding = object({
  required: {
    activity_id: only(1),
    category_uid: only(2),
    class_uid: only(2003),
    type_uid: only(200301),
    time: timestamp,
    severity_id: integer,
    metadata,
    finding_info: findingInfo,
    compliance,
    cloud,
  },
  others: {
    activity_name: only('Create'),
    category_name: only('Findings'),
    class_name: only('Compliance Finding'),
    type_name: only('Compliance Finding: Create'),
    timezone_offset: only(0),
    severity: text,
    status_id: integer,
    status: text,
    status_code: text,
    status_detail: text,
    comment: text,
    message: text,
    resources: list(resource),
    evidences: list(object({ required: { data: json } })),
    remediation: object({ required: { desc: text }, others: { references: list(text) } }),
    unmapped: as('object', isObject),
  },
  captions: {
    severity_id: ['severity', { 1: 'Informational', 2: 'Low', 3: 'Medium', 4: 'High' }],
    status_id: ['status', { 1: 'New', 3: 'Suppressed' }],
  },
});

/** What is wrong with an event by the schema. */
export const problemsOf = (event: OcsfEvent): readonly string[] => complianceFinding(event);

/** The events of a report, with as much of the view as is given. */
export const eventsOf = (report: Report, how: Partial<typeof view> = {}): OcsfEvent[] =>
  JSON.parse(reporters.ocsf(report, { ...view, ...how }));
