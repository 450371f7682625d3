import { refuse } from './errors.ts'
import type { Records, Stored, Values } from './records.ts'

const same = (a: unknown, b: unknown): boolean => String(a).toLowerCase() === String(b).toLowerCase()

/**
 * The duplicate rule of this account: two contacts with one e-mail are told before they are saved. The caller who sends
 * `Sforce-Duplicate-Rule-Header: allowSave=true` saves them all the same, as the rule allows. The body is that of the REST
 * guide under Duplicate Rule Header, with the one list of matches that such a rule has.
 */
export function refuseDuplicate(records: Records, values: Values, root: string, self?: Stored): void {
  if (!values.Email) return
  const found = records.all('Contact').filter(other => other !== self && same(other.values.Email, values.Email))
  if (found.length === 0) return
  const message = 'Use one of these records?'
  refuse(400, 'DUPLICATES_DETECTED', message, {
    duplicateResult: {
      allowSave: true,
      duplicateRule: 'Standard_Contact_Duplicate_Rule',
      duplicateRuleEntityType: 'Contact',
      errorMessage: message,
      matchResults: [
        {
          entityType: 'Contact',
          errors: [],
          matchEngine: 'ExactMatchEngine',
          matchRecords: found.map(({ id }) => ({
            additionalInformation: [],
            fieldDiffs: [],
            matchConfidence: 100,
            record: { attributes: { type: 'Contact', url: `${root}/sobjects/Contact/${id}` }, Id: id },
          })),
          rule: 'Standard_Contact_Match_Rule',
          size: found.length,
          success: true,
        },
      ],
    },
  })
}
