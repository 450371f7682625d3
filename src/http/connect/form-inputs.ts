// The inputs of the connect page. A fault stands beside its input and is named by it, so that it is read aloud with it.
import type { FieldFault, FieldView, QuestionView } from './flow.ts'
import { attribute, type Markup, markup } from './markup.ts'
import type { Say } from './words/index.ts'

/** What stands in an input when it is shown. */
interface Filled {
  readonly say: Say
  /** What was typed before. A secret is never sent back. */
  readonly typed: string | undefined
  readonly fault: FieldFault | undefined
}

/** A pattern that browsers can read, which read it with the flag `v`. */
function readablePattern(pattern: string | undefined): string | undefined {
  if (pattern === undefined) return undefined
  try {
    new RegExp(pattern, 'v')
    return pattern
  } catch {
    return undefined
  }
}

/** The generic sentence and what is wrong in particular; for what is missing there is nothing more to say. */
const faultText = ({ code, detail }: FieldFault, say: Say): string =>
  code === 'required' ? say('fault_required') : `${say(`fault_${code}`)} ${detail}`

interface Input {
  readonly id: string
  readonly label: string
  readonly isOptional: boolean
  readonly help: string | undefined
  /** Makes the input itself, with the attributes that name what belongs to it. */
  readonly make: (attributes: Markup) => Markup
}

function labelled({ id, label, isOptional, help, make }: Input, { say, fault }: Filled): Markup {
  const described = [help !== undefined && `${id}-help`, fault && `${id}-fault`].filter(Boolean).join(' ')
  const attributes = markup` id="${id}"${attribute('required', !isOptional)}${attribute('aria-invalid', fault && 'true')}${attribute('aria-describedby', described || undefined)}`
  return markup`<div class="field">
<label for="${id}">${label}${isOptional && markup` <span class="quiet-text">(${say('optional')})</span>`}</label>
${help !== undefined && markup`<p class="quiet-text" id="${id}-help">${help}</p>`}
${make(attributes)}
${fault && markup`<p class="fault" id="${id}-fault">${faultText(fault, say)}</p>`}
</div>`
}

/** One text that a person fills in. */
export function inputOf(field: FieldView, filled: Filled): Markup {
  const { name, label, help, pattern, secret, required, multiline } = field
  const typed = secret ? undefined : filled.typed
  const rest = markup` name="field.${name}" autocomplete="off" autocapitalize="none" spellcheck="false"`
  return labelled(
    {
      id: `field-${name}`,
      label,
      isOptional: !required,
      help,
      make: attributes =>
        multiline
          ? markup`<textarea rows="5"${attributes}${rest}${attribute('class', secret && 'secret')}>
${typed}</textarea>`
          : markup`<input type="${secret ? 'password' : 'text'}"${attributes}${rest}${attribute('value', typed)}${attribute('pattern', readablePattern(pattern))}>`,
    },
    filled,
  )
}

/** One question of the provider: a choice, or a text. */
export function questionInput({ name, label, pattern, one_of }: QuestionView, filled: Filled): Markup {
  const { typed, say } = filled
  const rest = markup` name="question.${name}"`
  return labelled(
    {
      id: `question-${name}`,
      label,
      isOptional: false,
      help: undefined,
      make: attributes =>
        one_of
          ? markup`<select${attributes}${rest}><option value="">${say('please_choose')}</option>
${one_of.map(value => markup`<option${attribute('selected', value === typed)}>${value}</option>`)}</select>`
          : markup`<input type="text"${attributes}${rest} autocomplete="off" autocapitalize="none" spellcheck="false"${attribute('value', typed)}${attribute('pattern', readablePattern(pattern))}>`,
    },
    filled,
  )
}
