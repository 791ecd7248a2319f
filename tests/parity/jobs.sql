-- The run with its counters, and the link jobs. What it cost and when it went is the machine's.
SELECT kind, step, state, json_remove(body, '$.ended_ms', '$.learned', '$.going_since', '$.cost') AS body
  FROM jobs
 ORDER BY kind, body
