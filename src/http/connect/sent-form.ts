import { typedIn } from '../../credentials/form.ts'
import { ProblemError } from '../../problem/index.ts'
import { joined, readStream } from '../../provider/read-stream.ts'
import type { HttpContext } from '../context.ts'
import type { ConnectAnswers, IntegrationView, WayView } from './flow.ts'

/** Bytes of the largest form: a private key of 16 KB, and what stands beside it. */
const LARGEST = 65_536

/**
 * The fields of a form that was sent. It is read only after the session was found, and never more of it than a form has.
 * @throws ProblemError `unsupported-media-type`, `body-too-large`
 */
export async function readForm(c: HttpContext): Promise<URLSearchParams> {
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/x-www-form-urlencoded')
    throw new ProblemError('unsupported-media-type', { detail: 'A form is sent as application/x-www-form-urlencoded.' })
  const tooLarge = new ProblemError('body-too-large', { detail: `A form may have ${LARGEST} bytes.` })
  if (Number(c.req.header('content-length')) > LARGEST) throw tooLarge
  const pieces: Uint8Array[] = []
  let size = 0
  const { body } = c.req.raw
  const whole =
    body === null ||
    (await readStream(body, piece => {
      size += piece.byteLength
      pieces.push(piece)
      return size <= LARGEST
    }))
  if (!whole || size > LARGEST) throw tooLarge
  return new URLSearchParams(new TextDecoder().decode(joined(pieces)))
}

/** What a form says about an integration: the fields and questions that there are, and nothing else. */
export function answersOf(form: URLSearchParams, { questions }: IntegrationView, way: WayView): ConnectAnswers {
  const fields = way.at === 'form' ? way.fields : []
  const asked = questions.filter(({ value }) => value === undefined)
  return {
    type: way.type,
    fields: Object.fromEntries(
      fields.map(({ name, secret }) => [name, typedIn(form.get(`field.${name}`) ?? '', way.type, secret)]),
    ),
    questions: Object.fromEntries(asked.map(({ name }) => [name, (form.get(`question.${name}`) ?? '').trim()])),
  }
}
