-- What is believed. A time that no payload gives is the time of arrival, and left out.
SELECT root, roots, version, provider_id, api, media_type, making, provider_asset_id, status, operation, origin, account,
       CASE WHEN fields ->> 'created_ms' IS NULL THEN NULL ELSE created_ms END AS created_ms, lineage, evidence, attention,
       shown, removed, missing_ms, source_generation_id, fields
  FROM assets
 ORDER BY root
