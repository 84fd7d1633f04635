import type { ComponentChildren } from 'preact';

/** A part of the page, with a name to jump to. */
export const Section = (props: {
  readonly id: string;
  readonly heading: string;
  readonly children: ComponentChildren;
}) => (
  <section id={props.id} aria-labelledby={`${props.id}-heading`}>
    <h2 id={`${props.id}-heading`} tabIndex={-1}>
      {props.heading}
    </h2>
    {props.children}
  </section>
);
