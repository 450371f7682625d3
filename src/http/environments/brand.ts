import { z } from '@hono/zod-openapi'

/** Characters of a logo that stands in the setting itself: the page that shows it stays below 60 KB. */
const LARGEST = 32_768

const https = (text: string): boolean => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url?.protocol === 'https:' && !url.username && !url.password
}
const isImage = (text: string): boolean =>
  /^data:image\/(png|svg\+xml);base64,/.test(text)
    ? /^[A-Za-z0-9+/]+={0,2}$/.test(text.slice(text.indexOf(',') + 1))
    : text.length <= 2048 && https(text)

const name = z.string().trim().min(1).max(100).nullable()
const color = z
  .string()
  .regex(/^#[0-9a-fA-F]{6}$/, 'A colour such as #1f4fd1 is needed.')
  .nullable()
  .openapi({ description: 'Of the main buttons. Their text is black or white, whichever is read better on it.' })
const logo = z
  .string()
  .max(LARGEST)
  .refine(isImage, 'An https address of at most 2,048 characters is needed, or data:image/png or svg+xml in base64.')
  .nullable()
  .openapi({
    description:
      'An https address, which people’s browsers then ask, or `data:image/png;base64,…` or `data:image/svg+xml;base64,…` of at most 32 KB.',
  })

const DESCRIPTION = 'What the connect page shows of you.'
const example = { name: 'Example Shop', color: '#1f4fd1', logo: 'https://app.example.com/logo.png' }

/** The brand as it is answered. */
export const brand = z
  .object({ name: z.string().nullable(), color: z.string().nullable(), logo: z.string().nullable() })
  .openapi('Brand', { description: DESCRIPTION, example })

/** The brand as it is set: whole, a member that is left out is none. */
export const brandChange = z
  .strictObject({ name: name.default(null), color: color.default(null), logo: logo.default(null) })
  .openapi('BrandChange', { description: `${DESCRIPTION} Replaces the whole brand.`, example })
