import type { ComponentChildren } from 'preact';
import { frameworkNames } from '../../../helpers/compliance';
import { isServerKind, isView } from '../../../helpers/kind';
import { type Remediation, remediation } from '../../../helpers/remediation';
import { fillTemplate } from '../../../helpers/template';
import type { Control, Settings } from '../../../types';
import { command } from '../../command';
import { repair } from '../../view';
import { addressOf } from '../address';
import type { PageResult } from '../data';
import { linkOf } from '../link';
import { Own } from '../static/own';
import { Copy } from './copy';

/** All about one result. */
export function Details({ result, settings }: { readonly result: PageResult; readonly settings: Settings }) {
  const { plugin, resource, reason, evidence, suppression, changed, status } = result;
  const link = linkOf(plugin.link);
  const only = addressOf({ plugin: plugin.id, resource: resource.id });
  return (
    <div class="details">
      {reason && (
        <Part heading="Why nobody knows">
          <p>
            <b class="unknown">{reason.kind}</b> {reason.code && <code>{reason.code}</code>} {reason.detail}
          </p>
          <p class="to-do">{reason.remedy}</p>
        </Part>
      )}
      {suppression && (
        <Part heading="Accepted">
          <p>
            {suppression.reason} {suppression.owner && `By ${suppression.owner}.`}{' '}
            {suppression.expires && `Until ${suppression.expires}.`} <small>{suppression.source}</small>
          </p>
        </Part>
      )}
      {changed && (
        <Part heading="Since the baseline">
          <p>
            {changed.change}:{' '}
            {changed.before ? `it was ${changed.before.status}. ${changed.before.message}` : 'it was not there.'}
          </p>
        </Part>
      )}
      {Object.keys(evidence).length > 0 && (
        <Part heading={`Evidence, as ${isView(resource.type) ? 'the server' : 'Azure'} spells it`}>
          <dl class="evidence">
            {Object.entries(evidence).map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
              </div>
            ))}
          </dl>
        </Part>
      )}
      {status === 'FAIL' && <WhatToDo result={result} settings={settings} />}
      {plugin.moreInfo && (
        <Part heading="Why it matters">
          <p>
            {plugin.description} {plugin.moreInfo} {link && <a {...link}>Source of the rule</a>}
          </p>
        </Part>
      )}
      {plugin.compliance.length > 0 && (
        <Part heading="Compliance">
          <Controls controls={plugin.compliance} />
        </Part>
      )}
      <Part heading="Where it is">
        <p>
          <code>{resource.id}</code> <Copy text={resource.id} what="the resource id" />
        </p>
        <p>
          <a href={only}>A link to this result</a>
        </p>
      </Part>
    </div>
  );
}

const Part = ({ heading, children }: { readonly heading: string; readonly children: ComponentChildren }) => (
  <section>
    <h3>{heading}</h3>
    {children}
  </section>
);

function WhatToDo({ result, settings }: { readonly result: PageResult; readonly settings: Settings }) {
  const { plugin, resource } = result;
  const { fix, kind } = plugin;
  const az = repair(result, plugin, settings);
  const ways = fix && 'set' in fix && kind && isServerKind(kind) && az && remediation(fix, kind, resource, settings);
  return (
    <Part heading="What to do">
      <p class="to-do">{plugin.recommendedAction}</p>
      {fix && <p>Before you change it: {fillTemplate(fix.impact, settings)}</p>}
      {ways && <Ways {...ways} />}
    </Part>
  );
}

const Ways = ({ first, portal, az, bicep, terraform, check }: Remediation) => (
  <>
    {first && <p>{first}</p>}
    <Code name="Azure CLI" text={command(az)} open />
    <details>
      <summary>Azure portal</summary>
      <ol>
        {portal.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
    </details>
    <Code name="Bicep" text={bicep} />
    <Code name="Terraform" text={terraform} />
    <Code name="To check it" text={command(check)} />
  </>
);

const Code = ({
  name,
  text,
  open = false,
}: {
  readonly name: string;
  readonly text: string;
  readonly open?: boolean;
}) => (
  <details open={open}>
    <summary>{name}</summary>
    <Copy text={text} what={`what is for: ${name}`} />
    {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard */}
    <pre tabIndex={0}>
      <code>{text}</code>
    </pre>
  </details>
);

/** Our own mappings are marked. */
function Controls({ controls }: { readonly controls: readonly Control[] }) {
  return (
    <ul class="controls">
      {controls.map(({ framework, edition, control, own }) => (
        <li key={`${framework} ${edition} ${control} ${own}`}>
          {frameworkNames[framework]} {edition}: <b>{control}</b> {own && <Own />}
        </li>
      ))}
    </ul>
  );
}
