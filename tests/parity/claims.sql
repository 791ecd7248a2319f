-- Who claims what; an asset is named by its root.
SELECT c.alias, c.root, c.rank, a.root AS asset, c.lists, c.referenced
  FROM claims c LEFT JOIN assets a ON a.owner = c.owner AND a.id = c.asset
 ORDER BY c.alias, c.root
