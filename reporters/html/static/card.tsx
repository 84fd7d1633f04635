import type { Status } from '../../../types';
import { addressOf } from '../address';

/** What a card says of one thing. */
export interface Entry {
  /** Leads to its results. */
  readonly address: string;
  readonly what: string;
  readonly why: string;
  readonly toDo: string;
}

const most = 5;

/** The first things to know of a status, and where the others are. */
export function Card(props: {
  readonly id: string;
  readonly heading: string;
  readonly status: Status;
  readonly entries: readonly Entry[];
  /** What to say if there are no entries. */
  readonly none: string;
}) {
  const left = props.entries.length - most;
  return (
    <section class="card" aria-labelledby={props.id} data-status={props.entries.length > 0 ? props.status : 'PASS'}>
      <h2 id={props.id}>{props.heading}</h2>
      {props.entries.length === 0 && <p>{props.none}</p>}
      <ul>
        {props.entries.slice(0, most).map(({ address, what, why, toDo }) => (
          <li key={address}>
            <a href={address}>
              <bdi>{what}</bdi>
            </a>{' '}
            {why}
            {toDo !== '' && <span class="to-do">{toDo}</span>}
          </li>
        ))}
      </ul>
      {left > 0 && (
        <p>
          <a href={addressOf({ status: [props.status] })}>and {left} more</a>
        </p>
      )}
    </section>
  );
}
