import { signInCases } from '../browser/sign-in-cases.ts'
import { settings } from '../contract/entry-point.ts'
import { startBundle } from './bundle.ts'

signInCases('against the built Worker', () => startBundle({ ...settings, KOINE_RATE_LIMIT: '0' }))
