-- The run with its counters, and the link jobs.
SELECT kind, step, state, json_remove(body, '$.ended_ms', '$.learned') AS body
  FROM jobs
 ORDER BY kind, body
