-- The rows that could not be read.
SELECT provider_id, media_type, listing, reason, detail, payload
  FROM quarantine
 ORDER BY listing, payload
