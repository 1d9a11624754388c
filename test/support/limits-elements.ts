import { z } from 'zod'

/** What stands inside blocks, within Slack's limits ("Block Kit reference": block elements, composition objects). */

export const id = z.string().min(1).max(255)
export const words = (most: number) => z.string().min(1).max(most)
export const plainText = (most: number) =>
  z.strictObject({ type: z.literal('plain_text'), text: words(most), emoji: z.boolean().optional() })
export const mrkdwn = (most: number) =>
  z.strictObject({ type: z.literal('mrkdwn'), text: words(most), verbatim: z.boolean().optional() })
export const anyText = (most: number) => z.discriminatedUnion('type', [plainText(most), mrkdwn(most)])

const confirm = z
  .strictObject({
    title: plainText(100),
    text: anyText(300),
    confirm: plainText(30),
    deny: plainText(30),
    style: z.enum(['primary', 'danger']).optional(),
  })
  .optional()

const option = z.strictObject({
  text: anyText(75),
  value: words(150),
  description: anyText(75).optional(),
  url: words(3000).optional(),
})
export const options = (most: number, least = 1) => z.array(option).min(least).max(most)
export const groups = z.array(z.strictObject({ label: plainText(75), options: options(100) })).max(100)

export const image = z.strictObject({
  type: z.literal('image'),
  image_url: words(3000).optional(),
  slack_file: z.looseObject({}).optional(),
  alt_text: words(2000),
})

const element = { action_id: id.optional(), focus_on_load: z.boolean().optional() }
const placeholder = plainText(150).optional()
const select = { ...element, placeholder, confirm }
const fixed = { options: options(100).optional(), option_groups: groups.optional() }
const several = { max_selected_items: z.number().int().min(1).optional() }
const filter = z
  .strictObject({
    include: z
      .array(z.enum(['im', 'mpim', 'private', 'public']))
      .min(1)
      .optional(),
    exclude_bot_users: z.boolean().optional(),
    exclude_external_shared_channels: z.boolean().optional(),
  })
  .optional()
const typed = {
  ...element,
  placeholder,
  dispatch_action_config: z.looseObject({}).optional(),
  initial_value: z.string().max(3000).optional(),
}
const conversation = {
  default_to_current_conversation: z.boolean().optional(),
  response_url_enabled: z.boolean().optional(),
  filter,
}
const chosenFrom = (given: { options?: object[] | undefined }, chosen: readonly (object | undefined)[]) =>
  given.options === undefined ||
  chosen.every((one) => given.options?.some((offered) => JSON.stringify(offered) === JSON.stringify(one)))
const among = <Schema extends z.ZodObject>(schema: Schema) =>
  schema.refine(
    (given) => {
      const { initial_option: one, initial_options: many = [] } = given as {
        initial_option?: object
        initial_options?: object[]
      }
      return chosenFrom(given, one ? [one, ...many] : many)
    },
    { error: 'what is chosen at first is not among the options' },
  )

export const elements = z.discriminatedUnion('type', [
  z.strictObject({
    ...element,
    type: z.literal('button'),
    text: plainText(75),
    value: z.string().max(2000).optional(),
    url: words(3000).optional(),
    style: z.enum(['primary', 'danger']).optional(),
    accessibility_label: z.string().max(75).optional(),
    confirm,
  }),
  z.strictObject({ ...element, type: z.literal('overflow'), options: options(5, 2), confirm }),
  among(
    z.strictObject({
      ...element,
      type: z.literal('checkboxes'),
      options: options(10),
      initial_options: options(10).optional(),
      confirm,
    }),
  ),
  among(
    z.strictObject({
      ...element,
      type: z.literal('radio_buttons'),
      options: options(10),
      initial_option: option.optional(),
      confirm,
    }),
  ),
  among(
    z.strictObject({
      ...select,
      ...fixed,
      type: z.literal('static_select'),
      initial_option: option.optional(),
    }),
  ),
  among(
    z.strictObject({
      ...select,
      ...fixed,
      ...several,
      type: z.literal('multi_static_select'),
      initial_options: options(100).optional(),
    }),
  ),
  z.strictObject({
    ...select,
    type: z.literal('external_select'),
    min_query_length: z.number().int().min(0).optional(),
    initial_option: option.optional(),
  }),
  z.strictObject({
    ...select,
    ...several,
    type: z.literal('multi_external_select'),
    min_query_length: z.number().int().min(0).optional(),
    initial_options: options(100).optional(),
  }),
  z.strictObject({ ...select, type: z.literal('users_select'), initial_user: words(255).optional() }),
  z.strictObject({
    ...select,
    ...several,
    type: z.literal('multi_users_select'),
    initial_users: z.array(words(255)).max(100).optional(),
  }),
  z.strictObject({
    ...select,
    ...conversation,
    type: z.literal('conversations_select'),
    initial_conversation: words(255).optional(),
  }),
  z.strictObject({
    ...select,
    ...several,
    ...conversation,
    type: z.literal('multi_conversations_select'),
    initial_conversations: z.array(words(255)).max(100).optional(),
  }),
  z.strictObject({
    ...select,
    type: z.literal('channels_select'),
    initial_channel: words(255).optional(),
    response_url_enabled: z.boolean().optional(),
  }),
  z.strictObject({ ...select, type: z.literal('datepicker'), initial_date: z.iso.date().optional() }),
  z.strictObject({
    ...select,
    type: z.literal('timepicker'),
    initial_time: z
      .string()
      .regex(/^\d\d:\d\d$/)
      .optional(),
    timezone: words(255).optional(),
  }),
  z.strictObject({
    ...element,
    type: z.literal('file_input'),
    filetypes: z.array(words(20)).min(1).optional(),
    max_files: z.number().int().min(1).max(10).optional(),
  }),
  z.strictObject({
    ...typed,
    type: z.literal('plain_text_input'),
    multiline: z.boolean().optional(),
    min_length: z.number().int().min(0).max(3000).optional(),
    max_length: z.number().int().min(1).max(3000).optional(),
  }),
  z.strictObject({ ...typed, type: z.literal('email_text_input') }),
  z.strictObject({ ...typed, type: z.literal('url_text_input') }),
  z.strictObject({
    ...typed,
    type: z.literal('number_input'),
    is_decimal_allowed: z.boolean(),
    min_value: z.string().optional(),
    max_value: z.string().optional(),
  }),
  image,
])
