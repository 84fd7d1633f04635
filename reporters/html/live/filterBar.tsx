import { useMemo } from 'preact/hooks';
import { type Status, statuses } from '../../../types';
import { everything, type Filters, type SortKey, sortKeys } from '../address';
import { thousands } from '../thousands';
import type { Choices, Field, Results, Shown } from './selection';

interface Props {
  readonly results: Results;
  readonly filters: Filters;
  readonly selection: Shown;
  readonly change: (filters: Partial<Filters>) => void;
}

/** What a reader chooses one of: the filter, its name, and what is said if none is chosen. */
const fields: readonly (readonly [Field, name: string, all: string])[] = [
  ['plugin', 'Check', 'all checks'],
  ['severity', 'Severity', 'any'],
  ['subscription', 'Subscription', 'all subscriptions'],
  ['location', 'Location', 'all locations'],
  ['change', 'Change', 'changed or not'],
];

/** What leaves results out. */
export function FilterBar({ results, filters, selection, change }: Props) {
  const toggle = (status: Status) =>
    change({
      status: statuses.filter((each) => filters.status.includes(each) !== (each === status)),
    });
  return (
    <search class="filters">
      <fieldset>
        <legend>Status</legend>
        {statuses.map((status) => (
          <button
            key={status}
            type="button"
            class="status"
            data-status={status}
            aria-pressed={filters.status.includes(status)}
            onClick={() => toggle(status)}
          >
            {status} <span>{thousands(selection.counts[status])}</span>
          </button>
        ))}
      </fieldset>
      <label class="text">
        Text
        <input
          type="search"
          id="text"
          value={filters.text}
          placeholder="a name, an id, a word ( / )"
          onInput={({ currentTarget }) => change({ text: currentTarget.value })}
        />
      </label>
      {fields.map(
        ([field, name, all]) =>
          results.choices[field].length > 0 && (
            <Choice
              key={field}
              name={name}
              all={all}
              choices={results.choices[field]}
              value={filters[field]}
              choose={(value) => change({ [field]: value })}
            />
          ),
      )}
      {results.hasAccepted && (
        <label>
          Accepted
          <select
            value={filters.accepted}
            onChange={({ currentTarget }) => change({ accepted: currentTarget.value as Filters['accepted'] })}
          >
            <option value="">accepted or not</option>
            <option value="no">not accepted</option>
            <option value="yes">accepted</option>
          </select>
        </label>
      )}
      <label class="order">
        Order
        <select
          value={filters.sort}
          onChange={({ currentTarget }) => change({ sort: currentTarget.value as SortKey, descending: false })}
        >
          {sortKeys.map((key) => (
            <option key={key}>{key}</option>
          ))}
        </select>
      </label>
      <button type="button" onClick={() => change(everything)}>
        Show all
      </button>
    </search>
  );
}

function Choice(props: {
  readonly name: string;
  readonly all: string;
  readonly choices: Choices;
  readonly value: string;
  readonly choose: (value: string) => void;
}) {
  // Hundreds that stay as they are, whatever is chosen.
  const options = useMemo(
    () =>
      props.choices.map(({ value, label, results }) => (
        <option key={value} value={value}>
          {label} ({thousands(results)})
        </option>
      )),
    [props.choices],
  );
  // Of an address from elsewhere.
  const isStrange = props.value !== '' && !props.choices.some(({ value }) => value === props.value);
  return (
    <label>
      {props.name}
      <select value={props.value} onChange={({ currentTarget }) => props.choose(currentTarget.value)}>
        <option value="">{props.all}</option>
        {options}
        {isStrange && <option value={props.value}>{props.value} (0)</option>}
      </select>
    </label>
  );
}
