import type { Settings } from '../../../types';
import type { Filters, SortKey } from '../address';
import type { PageResult } from '../data';
import { Details } from './details';
import type { List } from './list';
import type { Results } from './selection';

interface Props {
  readonly results: Results;
  readonly settings: Settings;
  readonly filters: Filters;
  /** The places of all that is shown. */
  readonly shown: readonly number[];
  readonly open: ReadonlySet<number>;
  /** Not there where all rows are drawn: on paper. */
  readonly list: List | undefined;
  readonly change: (filters: Partial<Filters>) => void;
  readonly toggle: (place: number) => void;
  readonly move: (index: number) => void;
}

const headings: readonly (readonly [SortKey, string])[] = [
  ['status', 'Status'],
  ['severity', 'Severity'],
  ['server', 'Server'],
  ['location', 'Location'],
  ['subscription', 'Subscription'],
  ['check', 'Finding'],
];

/** The roles are said, since a narrow window lays the table out as something else, and browsers then take it for none. */
export function Table(props: Props) {
  const { shown, filters, change, list } = props;
  const { lines, rest } = list?.lines() ?? { lines: shown.map((place, index) => ({ place, index, gap: 0 })), rest: 0 };
  return (
    <table class="results" role="table" aria-rowcount={shown.length + 1} aria-labelledby="results-heading">
      <thead role="rowgroup">
        <tr role="row" aria-rowindex={1}>
          {headings.map(([key, heading]) => (
            <th key={key} role="columnheader" scope="col" class={key} aria-sort={sorting(filters, key)}>
              <button
                type="button"
                onClick={() => change({ sort: key, descending: filters.sort === key && !filters.descending })}
              >
                {heading}
              </button>
            </th>
          ))}
        </tr>
      </thead>
      {lines.flatMap(({ place, index, gap }, i) => {
        const result = props.results.all[place];
        if (!result) return [];
        const row = <Row key={place} {...props} result={result} place={place} index={index} />;
        // The first is always there: what has the focus must not be moved, or it loses it.
        return i === 0 || gap > 0 ? [<Gap key={i === 0 ? 'first' : `before ${place}`} height={gap} />, row] : [row];
      })}
      {rest > 0 && <Gap key="rest" height={rest} />}
    </table>
  );
}

function sorting({ sort, descending }: Filters, key: SortKey): 'ascending' | 'descending' | undefined {
  if (sort !== key) return undefined;
  return descending ? 'descending' : 'ascending';
}

/** The space of rows that are not in the document. */
const Gap = ({ height }: { readonly height: number }) => (
  <tbody aria-hidden="true">
    <tr style={{ height: `${height}px` }}>
      <td colSpan={headings.length} />
    </tr>
  </tbody>
);

function Row({
  result,
  place,
  index,
  results,
  settings,
  open,
  list,
  toggle,
  move,
}: Props & { readonly result: PageResult; readonly place: number; readonly index: number }) {
  const { status, plugin, resource, message, reason, suppression, changed } = result;
  const isOpen = open.has(place);
  const detailsId = `details-${place}`;
  const toDo = suppression ? undefined : (reason?.remedy ?? (status === 'FAIL' ? plugin.recommendedAction : undefined));
  const subscription = results.subscriptionNames.get(resource.subscriptionId) ?? '';
  return (
    <tbody
      role="rowgroup"
      ref={list?.measure ?? null}
      data-index={index}
      data-status={status}
      onFocusIn={() => list?.focus(place)}
      onFocusOut={() => list?.focus(undefined)}
    >
      <tr
        role="row"
        aria-rowindex={index + 2}
        class={suppression ? 'accepted' : undefined}
        onClick={({ target }) => {
          const isControl = target instanceof Element && target.closest('a, button');
          if (!isControl && getSelection()?.isCollapsed !== false) toggle(place);
        }}
      >
        <td role="cell" class="status">
          <span class="status" data-status={status}>
            {status}
          </span>{' '}
          {suppression && <small>accepted</small>} {changed && <small>{changed.change}</small>}
        </td>
        <td role="cell" class="severity">
          {plugin.severity}
        </td>
        <td role="cell" class="server">
          <button
            type="button"
            aria-expanded={isOpen}
            aria-controls={isOpen ? detailsId : undefined}
            data-place={index}
            onClick={() => toggle(place)}
            onKeyDown={(event) => {
              const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
              if (step === 0) return;
              event.preventDefault();
              move(index + step);
            }}
          >
            <bdi>{resource.name || resource.id}</bdi>
          </button>{' '}
          <small>{resource.resourceGroup}</small>
        </td>
        <td role="cell" class="location">
          {resource.location}
        </td>
        <td role="cell" class="subscription">
          {subscription}
        </td>
        <td role="cell" class="finding">
          {message} {reason && <code class="unknown">{reason.kind}</code>} <small>{plugin.id}</small>
          {!list && toDo && <p class="to-do">{toDo}</p>}
        </td>
      </tr>
      {isOpen && (
        <tr role="row" id={detailsId}>
          <td role="cell" colSpan={headings.length}>
            <Details result={result} settings={settings} />
          </td>
        </tr>
      )}
    </tbody>
  );
}
