import { inMinutes } from '../../time';
import type { PageContent } from '../content';
import { linkOf } from '../link';
import { Section } from './section';

/** Which report this is, and what its checks look at. */
export const About = ({ report, plugins }: PageContent) => {
  const { tool, startedAt, finishedAt, settings, choice } = report;
  const chosen = Object.entries(choice ?? report.shard?.choice ?? {}).filter(([, words]) => words.length > 0);
  return (
    <Section id="about" heading="About this report">
      <p>
        {tool.name} {tool.version}, from {inMinutes(startedAt)} to {inMinutes(finishedAt)}.{' '}
        {Object.entries(settings)
          .map(([name, value]) => `${name} is ${value}.`)
          .join(' ')}{' '}
        {chosen.map(([name, words]) => `${name}: ${words.join(', ')}.`).join(' ')}
      </p>
      <dl>
        {[...plugins.values()].map(({ id, title, description, link }) => (
          <div key={id}>
            <dt>
              <code>{id}</code>
            </dt>
            <dd>
              PASS proves: {title}. {description} {linkOf(link) && <a {...linkOf(link)}>Source of the rule</a>}
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  );
};
