import { z } from 'zod'

const help = z
  .string()
  .optional()
  .meta({
    description: 'Where a person finds it, in one sentence.',
    examples: ['Settings, Integrations, Private Apps.'],
  })
const page = z
  .string()
  .optional()
  .meta({
    description: 'The provider’s page about it.',
    examples: ['https://developers.hubspot.com/docs/apps/legacy-apps/private-apps/overview'],
  })

/** What is said to a person who is to fill in a way to sign in. */
export const guidance = { help, page }

/** One thing that a person fills in. */
export const formField = z
  .strictObject({
    label: z.string().meta({ description: 'What people call it.', examples: ['Client ID'] }),
    help,
    pattern: z
      .string()
      .optional()
      .meta({
        description:
          'A regular expression that the whole text matches, in the notation of an HTML `pattern`; any text without it.',
        examples: [String.raw`pat-[a-z0-9\-]+`],
      }),
    secret: z
      .boolean()
      .optional()
      .meta({ description: '`false`: it may be shown while it is typed. Secret when left out.', examples: [false] }),
  })
  .meta({ id: 'FormField', description: 'What a person fills in to sign in.' })
