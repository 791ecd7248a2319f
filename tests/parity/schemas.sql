-- What was learned about the shape of payloads.
SELECT s.provider_id, s.api, s.media_type, s.feed, s.learned_ms IS NOT NULL AS learned, p.key AS path, t.key AS type
  FROM schemas s, json_each(s.paths) p, json_each(p.value) t
 ORDER BY s.media_type, s.feed, p.key, t.key
