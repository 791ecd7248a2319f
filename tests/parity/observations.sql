-- What was said, and by which feed and account.
SELECT root, digest, provider_id, api, media_type, making, extractor, linked, payload,
       (SELECT json_group_array(json_array(value ->> 0, value ->> 1)) FROM json_each(seen)) AS seen
  FROM observations
 ORDER BY root, digest
