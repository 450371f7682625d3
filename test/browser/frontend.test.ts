import { startNode } from '../support/node-gateway.ts'
import { frontendCases } from './frontend-cases.ts'

frontendCases('against Node', startNode)
