-- What became of each row of each page.
SELECT step, feed, account, listing, rows
  FROM scan_pages
 ORDER BY step
