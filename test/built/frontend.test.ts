import { frontendCases } from '../browser/frontend-cases.ts'
import { settings } from '../contract/entry-point.ts'
import { startBundle } from './bundle.ts'

frontendCases('against the built Worker', () => startBundle({ ...settings, KOINE_RATE_LIMIT: '0' }))
