import { hasPayloadSql } from './deliveryConditions.js';

/** A part of a statement that keeps what receivers answered: `answers` gives delivery, attempt and body. */
export function insertAnswerBodies(answers: string): string {
  return `INSERT INTO answer_bodies (delivery_id, attempt_id, body)
    SELECT * FROM (${answers}) AS answers(delivery_id, attempt_id, body) WHERE body <> ''
    -- A record whose first commit went through unheard is written again.
    ON CONFLICT DO NOTHING`;
}

/** What was answered to an attempt `a`; null: it is not kept any more. */
export const answerBodySql = `CASE WHEN ${hasPayloadSql('a.delivery_id')} THEN coalesce((SELECT b.body FROM answer_bodies b
  WHERE b.delivery_id = a.delivery_id AND b.attempt_id = a.id), '') END`;
