import { z } from 'zod'
import { anyText, elements, groups, id, image, mrkdwn, options, plainText, words } from './limits-elements.ts'

/**
 * Slack's limits, in one place, for everything that tests see ("Block Kit reference", "Views", "Message metadata").
 * Slack refuses a whole message or view for one fault, and it refuses fields it does not know, so these schemas do.
 */

const cell = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('raw_text'), text: words(3000) }),
  z.looseObject({ type: z.literal('raw_number'), value: z.number(), text: words(3000) }),
  z.looseObject({ type: z.literal('rich_text'), elements: z.array(z.unknown()).min(1) }),
])

const block = { block_id: id.optional() }
const blocks = z.discriminatedUnion('type', [
  z
    .strictObject({
      ...block,
      type: z.literal('section'),
      text: anyText(3000).optional(),
      fields: z.array(anyText(2000)).min(1).max(10).optional(),
      accessory: elements.optional(),
      expand: z.boolean().optional(),
    })
    .refine(({ text, fields }) => text ?? fields, { error: 'neither text nor fields' }),
  z.strictObject({ ...block, type: z.literal('header'), text: plainText(150) }),
  z.strictObject({ ...block, type: z.literal('divider') }),
  z.strictObject({
    ...block,
    type: z.literal('context'),
    elements: z
      .array(z.discriminatedUnion('type', [plainText(3000), mrkdwn(3000), image]))
      .min(1)
      .max(10),
  }),
  z
    .strictObject({ ...block, type: z.literal('actions'), elements: z.array(elements).min(1).max(25) })
    .refine(
      (given) => unique(given.elements.map((one) => ('action_id' in one ? one.action_id : undefined))),
      {
        error: 'an action_id comes twice',
      },
    ),
  z.strictObject({
    ...block,
    type: z.literal('input'),
    label: plainText(2000),
    hint: plainText(2000).optional(),
    element: elements,
    optional: z.boolean().optional(),
    dispatch_action: z.boolean().optional(),
  }),
  image.extend({ ...block, title: plainText(2000).optional() }),
  z.strictObject({
    ...block,
    type: z.literal('table'),
    rows: z.array(z.array(cell).min(1).max(20)).min(1).max(100),
    column_settings: z.array(z.looseObject({}).nullable()).max(20).optional(),
  }),
  z
    .strictObject({
      ...block,
      type: z.literal('data_table'),
      rows: z.array(z.array(cell).min(1).max(20)).min(2).max(101),
      caption: words(3000),
      page_size: z.number().int().min(1).max(100).optional(),
      row_header_column_index: z.number().int().min(0).max(19).optional(),
    })
    .refine(({ rows }) => rows.every((row) => row.length === rows[0]?.length), {
      error: 'rows of unequal length',
    })
    .refine(({ rows }) => rows[0]?.every((one) => one.type !== 'rich_text'), {
      error: 'rich text in the header',
    }),
  z
    .strictObject({
      ...block,
      type: z.literal('data_visualization'),
      title: words(50),
      chart: z.discriminatedUnion('type', [
        z.strictObject({
          type: z.enum(['line', 'bar', 'area']),
          series: z
            .array(
              z.strictObject({
                name: words(100),
                data: z
                  .array(z.strictObject({ label: words(20), value: z.number() }))
                  .min(1)
                  .max(20),
              }),
            )
            .min(1)
            .max(6),
          axis_config: z.strictObject({
            categories: z.array(words(20)).min(1).max(20),
            x_label: words(50).optional(),
            y_label: words(50).optional(),
          }),
        }),
        z.strictObject({
          type: z.literal('pie'),
          segments: z
            .array(z.strictObject({ label: words(50), value: z.number().min(0) }))
            .min(1)
            .max(6),
        }),
      ]),
    })
    .refine(({ chart }) => chart.type === 'pie' || unique(chart.series.map(({ name }) => name)), {
      error: 'a series comes twice',
    })
    .refine(({ chart }) => chart.type === 'pie' || unique(chart.axis_config.categories), {
      error: 'a category comes twice',
    })
    .refine(
      ({ chart }) =>
        chart.type === 'pie' ||
        chart.series.every(({ data }) =>
          chart.axis_config.categories.every(
            (name, at) => data[at]?.label === name && data.length === chart.axis_config.categories.length,
          ),
        ),
      { error: 'a series without one point for each category' },
    ),
  z.strictObject({ ...block, type: z.literal('alert'), text: anyText(200), level: z.string().optional() }),
  z.looseObject({ ...block, type: z.literal('rich_text'), elements: z.array(z.unknown()).min(1) }),
  z.strictObject({ ...block, type: z.literal('markdown'), text: words(12_000) }),
])

const list = (most: number) =>
  z
    .array(blocks)
    .max(most)
    .refine((given) => unique(given.map((one) => one.block_id)), { error: 'a block_id comes twice' })

const payloadValue = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.record(z.string(), z.unknown()),
  z.array(z.record(z.string(), z.unknown())),
])

const message = z
  .looseObject({
    text: z.string().max(4000),
    blocks: list(50),
    metadata: z
      .strictObject({ event_type: id, event_payload: z.record(z.string(), payloadValue) })
      .refine((given) => JSON.stringify(given).length < 6000, {
        error: 'metadata of 6,000 characters or more',
      })
      .optional(),
  })
  .refine((given) => given.blocks.length === 0 || given.text, { error: 'blocks without text' })
  .refine((given) => given.blocks.every((one) => one.type !== 'input'), { error: 'an input in a message' })
  .refine((given) => given.blocks.filter((one) => one.type === 'table').length <= 1, { error: 'two tables' })
  .refine((given) => given.blocks.filter((one) => one.type === 'data_visualization').length <= 2, {
    error: 'three charts',
  })

const surface = {
  blocks: list(100),
  private_metadata: z.string().max(3000).nullish(),
  callback_id: z.string().max(255).nullish(),
  external_id: z.string().max(255).nullish(),
}
const view = z.discriminatedUnion('type', [
  z
    .looseObject({
      ...surface,
      type: z.literal('modal'),
      title: plainText(24),
      submit: plainText(24).nullish(),
      close: plainText(24).nullish(),
    })
    .refine((given) => given.submit || given.blocks.every((one) => one.type !== 'input'), {
      error: 'inputs that nothing submits',
    }),
  z.looseObject({ ...surface, type: z.literal('home') }),
])
const viewWithoutTables = view.refine(
  (given) => given.blocks.every((one) => !['table', 'data_table', 'data_visualization'].includes(one.type)),
  { error: 'a table in a view' },
)

const optionsAnswer = z.looseObject({ options: options(100, 0).optional(), option_groups: groups.optional() })

/** What people and apps may be shown, and the schema it has to fit. */
const surfaces = { message, view: viewWithoutTables, options: optionsAnswer }

/** @returns what Slack would refuse, a sentence each with the place it stands at; none where it takes it */
export function limitsBroken(kind: keyof typeof surfaces, content: unknown): string[] {
  const { error } = surfaces[kind].safeParse(content)
  return (error?.issues ?? []).map((issue) => `${kind} ${issue.path.join('.')}: ${issue.message}`)
}

function unique(names: readonly (string | undefined)[]): boolean {
  const given = names.filter((name) => name !== undefined)
  return new Set(given).size === given.length
}
