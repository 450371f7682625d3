import { aad, type Seal } from './aad.ts'
import { readText } from './columns.ts'
import { type Row, type Statement, sql } from './sql.ts'

/** The statement that writes an environment's webhook keys sealed anew. */
export async function resealWebhookKeys(seal: Seal, row: Row): Promise<Statement[] | 'kept'> {
  const [environment, sealed] = [readText(row, 'environment_id'), readText(row, 'webhook_keys')]
  const place = aad.webhookKeys(environment)
  const plain = await seal.open(sealed, place)
  if (seal.isCurrent(sealed)) return 'kept'
  return [
    sql(
      'UPDATE environments SET webhook_keys = ? WHERE id = ? AND webhook_keys = ? RETURNING 1',
      await seal.seal(plain, place),
      environment,
      sealed,
    ),
  ]
}

/** The statement that writes a delivery sealed anew; it does nothing where the delivery was made in the meantime. */
export async function resealDelivery(seal: Seal, row: Row): Promise<Statement[] | 'kept'> {
  const [id, environment, sealed] = [readText(row, 'id'), readText(row, 'environment_id'), readText(row, 'sealed')]
  const place = aad.delivery(environment, id)
  const plain = await seal.open(sealed, place)
  if (seal.isCurrent(sealed)) return 'kept'
  return [
    sql(
      'UPDATE webhook_deliveries SET sealed = ? WHERE id = ? AND sealed = ? RETURNING 1',
      await seal.seal(plain, place),
      id,
      sealed,
    ),
  ]
}
