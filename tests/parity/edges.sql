-- Every source list as it was written.
SELECT child, evidence, slot, parent, relation, operation, anchor, name, denied
  FROM edges
 ORDER BY child, evidence, slot
