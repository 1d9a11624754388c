import type { Button, PlainTextOption } from '@slack/types'

/** What a form shows: values by field, the words people read for chosen ids, and what was wrong. */
export interface FormContent {
  readonly values?: Readonly<Record<string, unknown>>
  /** By field; of a field that holds several, by value. */
  readonly labels?: Readonly<Record<string, string>> | undefined
  /** Choices of fields that are offered them. */
  readonly options?: Readonly<Record<string, readonly PlainTextOption[]>> | undefined
  /** Fields whose values follow from another one that was just chosen, and what was chosen there. */
  readonly followed?: Readonly<Record<string, string>> | undefined
  /** What is wrong, by field: it stands below its input, or on top where the form does not ask for it. */
  readonly faults?: Readonly<Record<string, FieldFault>> | undefined
  /** A sentence on top, for what belongs to no single field; mrkdwn. */
  readonly problem?: string | undefined
  /** What can be done about it. */
  readonly remedy?: Button | undefined
  /** Makes a text input forget what was typed, so that it shows its value. */
  readonly revision?: number | undefined
}

/** What is wrong with a value, and what can be done about it. */
export interface FieldFault {
  /** Plain text. */
  readonly sentence: string
  readonly remedy?: Button | undefined
}
